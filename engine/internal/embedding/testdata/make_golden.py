"""Writes wordpiece.json: texts and the ids that the reference tokenizer gives them. Run once, by hand:

    pip install tokenizers==0.23.3 && python make_golden.py ../../../../build/bin/models/all-minilm-l6-v2-int8/vocab.txt

Special tokens that stand in a text are plain text here, as Sheaf reads them.
"""

import json
import sys
import unicodedata

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

vocabulary = {line.rstrip("\n"): i for i, line in enumerate(open(sys.argv[1], encoding="utf-8"))}
tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=100))
tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
tokenizer.post_processor = processors.BertProcessing(("[SEP]", vocabulary["[SEP]"]), ("[CLS]", vocabulary["[CLS]"]))
tokenizer.encode_special_tokens = True
tokenizer.enable_truncation(512)



def unchanged(c):
    now = unicodedata.category(c)
    return now != "Cn" and now == unicodedata.ucd_3_2_0.category(c)


texts = [
    "How many points did the Panthers defense surrender?",
    "The quick brown fox jumps over the lazy dog, twice; then it's 3.14159 & done (e.g. §4.2)!",
    "Unaffable tokenizations: antidisestablishmentarianism, pneumonoultramicroscopicsilicovolcanoconiosis.",
    "Die Straßenbahn fährt über die Brücke – für 2,50 € je Fahrt; Größe, Äpfel, ÖLTANK, ẞ.",
    "Le cœur déçu mais l'âme plutôt naïve, Louÿs rêva de crapaüter en canoë au delà des îles.",
    "Tiếng Việt có dấu: Nguyễn Trãi, Điện Biên Phủ, ưỡn ẹo.",
    "黑豹队的防守丢了多少分？答案是308分。",
    "日本語のテキストと、カタカナ・ひらがな。東京タワー㌔ ｶﾞｷﾞ",
    "한국어 문장은 음절로 나뉜다. 각각",
    "ภาษาไทยไม่มีช่องว่าง",
    "النص العربي مع التشكيل: مُحَمَّد، وأرقام ١٢٣ ؟",
    "עִבְרִית עם ניקוד",
    "हिन्दी में लिखा हुआ वाक्य क्षत्रिय।",
    "Русский текст: Ёлка, йод, съезд № 5. Ελληνικά ΌΣΟΣ, Türkçe İSTANBUL ısı",
    "emoji 😀👩‍👩‍👧‍👦🏳️‍🌈 🇩🇪 ❤️ and text™ © ½ ﬁne ﬂow ½",
    "control\x00chars\x01\x07\x0b\x0c\x1b[31m red\x7f \x85next \u200bzero\u200dwidth \ufeffbom \u00adsoft\u00adhyphen \ufffd",
    "tabs\tand\nnew\r\nlines\u2028line\u2029para\u00a0nbsp\u3000ideographic\u2003em\u1680ogham\u180emongolian",
    "combining: e\u0301 a\u030a o\u0308\u0304 n\u0303 \u0301 alone, e\u200d\u0301, \u1d165\U0001d165 \u0903",
    "private \ue000 use \U000f0000, unassigned \u0378\u0530, noncharacter \ufdd0",
    "[CLS] [SEP] [MASK] [UNK] [PAD] ##ing [unused1]",
    "x" * 99 + " " + "x" * 100 + " " + "x" * 101 + " end",
    "é" * 100 + " " + "é" * 101,
    "word" * 2500,
    "a " * 600,
    "un" * 20 + "\u4e00" * 30 + "!" * 40,
    "http://example.com/a_b-c?d=e&f=%20#g user@example.org C:\\Windows\\System32 ~/.config/x.y",
    "`quoted` 'single' \u201cdouble\u201d \u2018curly\u2019 \u00abangle\u00bb \u2014 dash \u2026 dots \u2022 bullet \u00b7 mid",
    "H\u2082O x\u00b2 \u03b1-tocopherol \u00b5g/mL \u2264 5 \u00b1 0.3 IL-1\u03b2 CD4+ p<0.05 \u2192 \u221e \u2211 \u222b",
    "\uff21\uff22\uff23 fullwidth \uff11\uff12\uff13 \uff01 \u2160\u2161 \u1e9b\u0323 \u212b \u2126",
    "MiXeD CaSe WORDS Ǆ ǅ ǆ Ⅻ ⅻ Ａ 𝐀 𝒜",
    " leading and trailing  ",
    ".",
    "1234567890" * 12,
    "\u0e33 \u0eb3 \u0f77 \u0149 \u0344 \u0958 \u2adc \ufb1d \u1d15e",
]
# Every character of these blocks once, between letters, in lines short enough to be kept whole. Left out are those that
# Unicode has added or moved since 3.2: the reference's own tables are of different ages and disagree about them.
blocks = [
    range(0, 0x3100), range(0xA000, 0xAC00), range(0xD7B0, 0xD800), range(0xF900, 0x10400),
    range(0x1D000, 0x1D800), range(0x1F000, 0x1FB00), range(0xE0000, 0xE0200),
]
for block in blocks:
    for start in range(block.start, block.stop, 64):
        kept = [c for c in map(chr, range(start, min(start + 64, block.stop))) if unchanged(c)]
        texts.append(" ".join(f"a{c}b" for c in kept))
cases = [{"text": t, "ids": tokenizer.encode(t).ids} for t in texts if t]
json.dump(cases, open("wordpiece.json", "w", encoding="utf-8"), ensure_ascii=True, separators=(",", ":"))
