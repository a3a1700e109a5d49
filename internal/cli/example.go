package cli

// kong shows the text of Help below the sentence of a command: here a whole command as it is typed.

// Help shows an example.
func (c *calendarPublish) Help() string {
	return `Example: slipway calendar publish "December 2026" --from 2026-12-01T00:00 --to 2027-01-01T00:00 --reader identity`
}

// Help shows an example.
func (c *bookingAdd) Help() string {
	return `Example: slipway booking add --environment pre-prod --release payments-4.8.0 --when 2026-11-23T09:00/17:00`
}

// Help shows an example.
func (c *bookingFree) Help() string {
	return `Example: slipway booking free --environment pre-prod --length 4h --near 2026-11-23T09:00`
}

// Help shows an example.
func (c *bookingRule) Help() string {
	return `Example: slipway booking rule --environment pre-prod --approval --owner ada`
}

// Help shows an example.
func (c *freezeAdd) Help() string {
	return `Example: slipway freeze add year-end --name "Year end" --from 2026-12-18T00:00 --to 2027-01-04T00:00 --tier production --reason "Annual accounts" --dry-run`
}

// Help shows an example.
func (c *freezePermit) Help() string {
	return `Example: slipway freeze permit year-end payments-4.8.0 --reason "Fix for the accounts themselves"`
}

// Help shows an example.
func (c *windowAdd) Help() string {
	return `Example: slipway window add nights --name Nights --from 2026-11-24T20:00 --to 2026-11-25T02:00 --zone Europe/Berlin --rrule "FREQ=WEEKLY;BYDAY=TU,TH" --tier production`
}

// Help shows an example.
func (c *planForecast) Help() string {
	return `Example: slipway plan forecast payments-4.8.0 --now --seed 7`
}

// Help shows an example.
func (c *planWish) Help() string {
	return `Example: slipway plan wish payments-4.8.0 --by 2026-12-04T18:00 --chance 0.8 --move person:build=2`
}

// Help shows an example.
func (c *planImport) Help() string {
	return `Example: slipway plan import payments-4.8.0 --file plan.xml --dry-run`
}

// Help shows an example.
func (c *planExport) Help() string {
	return `Example: slipway plan export payments-4.8.0 plan.xlsx --format xlsx`
}

// Help shows an example.
func (c *baselineAdd) Help() string {
	return `Example: slipway plan baseline add payments-4.8.0 --name "As agreed" --note "Signed by the board"`
}

// Help shows an example.
func (c *capacityWhy) Help() string {
	return `Example: slipway capacity why person ada 2026-W48`
}

// Help shows an example.
func (c *capacityTake) Help() string {
	return `Example: slipway capacity take person ada 2026-W48 1`
}

// Help shows an example.
func (c *capacityAsk) Help() string {
	return `Example: slipway capacity ask payments-4.8.0 --person ada --weekly 20h --first 2026-W48 --last 2026-W50 --reason "Penetration test"`
}
