package demo

// waits is what services, releases, teams and outside parties wait for.
func (s *story) waits() {
	s.at(day(18, 14, 30), func() error { return s.files(s.as("maya"), "50-dependencies.yaml") })
}
