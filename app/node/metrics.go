package node

import (
	"context"
	"net/http"
	"strconv"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// metrics measure this node. They are told by routes, never by the paths or people that asked.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	running  prometheus.Gauge
	limited  prometheus.Counter
}

func newMetrics(n *Node) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "sheaf_http_requests_total", Help: "Requests answered, by route and class of status."}, []string{"route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "sheaf_http_request_seconds", Help: "Time from the head of a request to the end of its answer.",
			Buckets: []float64{.001, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 60}}, []string{"route"}),
		running: prometheus.NewGauge(prometheus.GaugeOpts{Name: "sheaf_http_requests_running", Help: "Requests being answered now, streams included."}),
		limited: prometheus.NewCounter(prometheus.CounterOpts{Name: "sheaf_http_rate_limited_total", Help: "Requests refused because their caller sent too many."}),
	}
	m.registry.MustRegister(m.requests, m.seconds, m.running, m.limited, stock{n},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// began counts a request as running until the function it returns is called.
func (m *metrics) began() (ended func(web.Answered)) {
	m.running.Inc()
	return func(a web.Answered) {
		m.running.Dec()
		route := a.Route
		if route == "" {
			route = "none"
		}
		m.requests.WithLabelValues(route, class(a.Status)).Inc()
		m.seconds.WithLabelValues(route).Observe(a.Took.Seconds())
		if a.Status == http.StatusTooManyRequests {
			m.limited.Inc()
		}
	}
}

// class is "2xx" for 204; "none" when nothing was answered because the client had gone.
func class(status int) string {
	if status == 0 {
		return "none"
	}
	return strconv.Itoa(status/100) + "xx"
}

// stock tells what the data directory holds, asked for at every scrape.
type stock struct{ node *Node }

var stocked = []struct {
	desc *prometheus.Desc
	of   func(catalog.Status) int
}{
	{prometheus.NewDesc("sheaf_documents", "Documents.", nil, nil), func(s catalog.Status) int { return s.Documents.Total }},
	{prometheus.NewDesc("sheaf_documents_pending", "Documents whose text has yet to be read.", nil, nil), func(s catalog.Status) int { return s.Documents.Pending }},
	{prometheus.NewDesc("sheaf_documents_failed", "Documents that could not be read.", nil, nil), func(s catalog.Status) int { return s.Documents.Failed }},
	{prometheus.NewDesc("sheaf_passages", "Passages that can be found.", nil, nil), func(s catalog.Status) int { return s.Chunks }},
	{prometheus.NewDesc("sheaf_vectors_ready", "Passages with a vector.", nil, nil), func(s catalog.Status) int { return s.Vectors.Ready }},
	{prometheus.NewDesc("sheaf_vectors_pending", "Passages whose vector has yet to be computed.", nil, nil), func(s catalog.Status) int { return s.Vectors.Pending }},
	{prometheus.NewDesc("sheaf_folders", "Folders watched.", nil, nil), func(s catalog.Status) int { return len(s.Folders) }},
}

var upDesc = prometheus.NewDesc("sheaf_up", "1 when the database answers; what it holds is told only then.", []string{"version"}, nil)

// Describe sends the descriptions of all that Collect may send.
func (s stock) Describe(to chan<- *prometheus.Desc) {
	to <- upDesc
	for _, one := range stocked {
		to <- one.desc
	}
}

// Collect asks the engine for its status.
func (s stock) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(catalog.WithActor(context.Background(), s.node.engine.LocalOwner()), checkTime)
	defer cancel()
	status, err := s.node.engine.Status(ctx)
	if err != nil {
		s.node.log.Error("measurements lack the state of the data", "error", err)
		to <- prometheus.MustNewConstMetric(upDesc, prometheus.GaugeValue, 0, s.node.cfg.Version)
		return
	}
	to <- prometheus.MustNewConstMetric(upDesc, prometheus.GaugeValue, 1, s.node.cfg.Version)
	for _, one := range stocked {
		to <- prometheus.MustNewConstMetric(one.desc, prometheus.GaugeValue, float64(one.of(status)))
	}
}
