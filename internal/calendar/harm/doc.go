// Package harm ranks the times at which a release could go by the harm that they do to users. What is planned of downtime and
// degradation is stated with package impact, and which times are free is found by package clash; here they are only weighed and put
// into words. It knows nothing of plans beyond the release, and it moves none.
package harm
