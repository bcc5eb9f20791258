package machine

import "testing"

func TestPowerStatus(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		told powerStatus
		want Power
	}{
		{powerStatus{mains: 0, battery: 1}, Power{Known: true, OnBattery: true}},
		{powerStatus{mains: 1, battery: 8}, Power{Known: true}},
		{powerStatus{mains: 1, battery: 128}, Power{}},
		{powerStatus{mains: 255, battery: 1}, Power{}},
		{powerStatus{mains: 0, battery: 255}, Power{}},
	} {
		if got := c.told.power(); got != c.want {
			t.Errorf("%+v is %+v, want %+v", c.told, got, c.want)
		}
	}
}
