package watch

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"syscall"
)

func watchSentence(err error) string {
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return "The system's limit of watched directories is reached, so this folder is looked through now and then only. " +
			"Raise the limit: sudo sysctl fs.inotify.max_user_watches=524288"
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		return "The system's limit of watchers or open files is reached, so this folder is looked through now and then only. " +
			"Raise the limit: sudo sysctl fs.inotify.max_user_instances=1024"
	}
	return "The system does not tell of changes in this folder, so it is looked through now and then."
}

func remoteSentence(kind string) string {
	return "Changes by other machines are not announced on this file system (" + kind +
		"), so the folder is looked through now and then."
}

const deepSentence = "Some directories lie too deep for the system to tell of changes in them, so the folder is looked through now and then as well."

func emptySentence(captured int) string {
	return fmt.Sprintf("The folder is empty, though it had %s. They are kept: put the files back, or say that they may go.",
		count(captured, "document", "documents"))
}

func askSentence(missing, captured int) string {
	return fmt.Sprintf("%d of %s are no longer there. Their documents are kept until you say whether they may go.",
		missing, count(captured, "file", "files"))
}

func cloudSentence(files int) string {
	return fmt.Sprintf("%s kept in the cloud only and left alone. Fetch them with your cloud program to have them read.",
		count(files, "file is", "files are"))
}

func unreadSentence(unread map[string]error) string {
	var names []string
	for rel := range unread {
		names = append(names, rel)
	}
	slices.Sort(names)
	why := unreadWhy(unread[names[0]])
	more := ""
	if len(names) > 1 {
		more = fmt.Sprintf(" and %d more", len(names)-1)
	}
	return fmt.Sprintf("%s%s could not be read (%s). What is known of it is kept.", showPath(names[0]), more, why)
}

func joinSentences(a, b string) string { return strings.TrimSpace(a + " " + b) }

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
