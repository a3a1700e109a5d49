package outlook

// The entries of the wing.
const (
	ForecastMade  = "forecast.made"
	BaselineSaved = "baseline.saved"
)
