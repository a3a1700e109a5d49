package cli

import (
	"net/url"
	"time"

	"slipway/client"
)

// found is a list filter that nouns share.
type found struct {
	Query string `short:"q" placeholder:"TEXT" help:"Only where key or name contain this."`
	Limit int    `default:"0" help:"At most so many; all if 0."`
}

func (f found) values() url.Values {
	q := url.Values{}
	if f.Query != "" {
		q.Set("q", f.Query)
	}
	return q
}

type productCommand struct {
	List productList `cmd:"" help:"List products."`
	Show productShow `cmd:"" help:"Show a product."`
	Add  productAdd  `cmd:"" help:"Add a product."`
	Set  productSet  `cmd:"" help:"Change a product."`
}

type productList struct{ found }

// Run prints the products that the token may see.
func (c *productList) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	rows, err := client.List[client.Product](s.Context(), api, "/products", c.values(), c.Limit)
	if err != nil {
		return err
	}
	return s.Print(rows, func() *Table {
		t := &Table{Heads: []string{"KEY", "NAME"}, Empty: "No products. Add one with slipway product add."}
		for _, p := range rows {
			t.Add(p.Key, p.Name)
		}
		return t
	})
}

type productShow struct {
	Product string `arg:"" help:"Key or identifier."`
}

// Run prints one product.
func (c *productShow) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	p, err := api.Product(s.Context(), c.Product)
	if err != nil {
		return err
	}
	return s.Print(p, func() *Table {
		return facts("Key", p.Key, "Name", p.Name, "Text", p.Text, "Owner", p.Owner, "Rev", p.Rev)
	})
}

// facts draws names and values.
func facts(pairs ...any) *Table {
	t := &Table{}
	for i := 0; i+1 < len(pairs); i += 2 {
		t.Add(pairs[i], pairs[i+1])
	}
	return t
}

type productAdd struct {
	Key   string `arg:"" help:"Key, for example payments."`
	Name  string `required:"" help:"Name as pages show it."`
	Text  string `help:"What it is."`
	Owner string `help:"Key of the person who answers for it."`
}

// Run adds the product.
func (c *productAdd) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	p, err := api.AddProduct(s.Context(), client.Product{Key: c.Key, Name: c.Name, Text: c.Text, Owner: c.Owner})
	if err != nil {
		return err
	}
	return s.Say(p, "Added product %s.", p.Key)
}

type productSet struct {
	Product string  `arg:"" help:"Key or identifier."`
	Name    *string `help:"New name."`
	Text    *string `help:"New text."`
	Owner   *string `help:"Key of the new owner."`
}

// Run changes what was given and leaves the rest.
func (c *productSet) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	p, err := api.Product(s.Context(), c.Product)
	if err != nil {
		return err
	}
	put(&p.Name, c.Name)
	put(&p.Text, c.Text)
	put(&p.Owner, c.Owner)
	if p, err = api.SetProduct(s.Context(), c.Product, p); err != nil {
		return err
	}
	return s.Say(p, "Changed product %s.", p.Key)
}

// put sets a value that was given.
func put[T any](dst, given *T) {
	if given != nil {
		*dst = *given
	}
}

type serviceCommand struct {
	List serviceList `cmd:"" help:"List services."`
	Show serviceShow `cmd:"" help:"Show a service."`
	Add  serviceAdd  `cmd:"" help:"Add a service."`
	Set  serviceSet  `cmd:"" help:"Change a service."`
	Bar  serviceBar  `cmd:"" help:"Bar a version from environments."`
	Bars serviceBars `cmd:"" help:"List barred versions."`
	Lift serviceLift `cmd:"" help:"Lift the bar of a version."`
}

type serviceList struct {
	found
	Product string `help:"Only services of this product."`
}

// Run prints the services that the token may see.
func (c *serviceList) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	q := c.values()
	if c.Product != "" {
		q.Set("product", c.Product)
	}
	rows, err := client.List[client.Service](s.Context(), api, "/services", q, c.Limit)
	if err != nil {
		return err
	}
	return s.Print(rows, func() *Table {
		t := &Table{Heads: []string{"KEY", "NAME", "PRODUCT", "TIER"}, Empty: "No services. Add one with slipway service add."}
		for _, v := range rows {
			t.Add(v.Key, v.Name, v.ProductKey, v.Tier)
		}
		return t
	})
}

type serviceShow struct {
	Service string `arg:"" help:"Key or identifier."`
}

// Run prints one service.
func (c *serviceShow) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	v, err := api.Service(s.Context(), c.Service)
	if err != nil {
		return err
	}
	return s.Print(v, func() *Table {
		return facts("Key", v.Key, "Name", v.Name, "Text", v.Text, "Product", v.ProductKey, "Owner", v.Owner, "Team", v.Team, "Tier", v.Tier, "Rev", v.Rev)
	})
}

type serviceAdd struct {
	Key     string `arg:"" help:"Key, for example payments-core."`
	Product string `required:"" help:"Product that owns it."`
	Name    string `help:"Name as pages show it; the key without it."`
	Text    string `help:"What it does."`
	Owner   string `help:"Key of the person who answers for it."`
	Team    string `help:"Key of the team that runs it."`
	Tier    int    `help:"Importance, 1 the highest."`
}

// Run adds the service.
func (c *serviceAdd) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	if c.Name == "" {
		c.Name = c.Key
	}
	v, err := api.AddService(s.Context(), client.Service{Key: c.Key, Name: c.Name, Text: c.Text, Product: c.Product, Owner: c.Owner, Team: c.Team, Tier: c.Tier})
	if err != nil {
		return err
	}
	return s.Say(v, "Added service %s.", v.Key)
}

type serviceSet struct {
	Service string  `arg:"" help:"Key or identifier."`
	Product *string `help:"Product that owns it from now on."`
	Name    *string `help:"New name."`
	Text    *string `help:"New text."`
	Owner   *string `help:"Key of the new owner."`
	Team    *string `help:"Key of the new team."`
	Tier    *int    `help:"New importance."`
}

// Run changes what was given and leaves the rest.
func (c *serviceSet) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	v, err := api.Service(s.Context(), c.Service)
	if err != nil {
		return err
	}
	put(&v.Product, c.Product)
	put(&v.Name, c.Name)
	put(&v.Text, c.Text)
	put(&v.Owner, c.Owner)
	put(&v.Team, c.Team)
	put(&v.Tier, c.Tier)
	if v, err = api.SetService(s.Context(), c.Service, v); err != nil {
		return err
	}
	return s.Say(v, "Changed service %s.", v.Key)
}

type serviceBar struct {
	Service  string `arg:"" help:"Key or identifier of the service."`
	Version  string `arg:"" help:"Version to bar."`
	Digest   string `help:"Digest of its artefact, barred under any version."`
	FromTier string `placeholder:"TIER" help:"Lowest tier it is barred from; everywhere without it."`
	Reason   string `required:"" help:"Why, as the record will say."`
}

// Run bars the version.
func (c *serviceBar) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	b, err := api.BarVersion(s.Context(), c.Service, c.Version, c.Digest, c.FromTier, c.Reason)
	if err != nil {
		return err
	}
	return s.Say(b, "Barred %s %s from %s on. To lift it: slipway service lift %s --reason …", c.Service, b.Version, b.FromTier, b.ID)
}

type serviceBars struct {
	Service string `arg:"" help:"Key or identifier of the service."`
}

// Run prints the bars that stand.
func (c *serviceBars) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	rows, err := client.List[client.Bar](s.Context(), api, client.Path("services", c.Service, "bars"), nil, 0)
	if err != nil {
		return err
	}
	return s.Print(rows, func() *Table {
		t := &Table{Heads: []string{"BAR", "VERSION", "FROM", "SINCE", "REASON"}, Empty: "No version of this service is barred."}
		for _, b := range rows {
			t.Add(b.ID, b.Version, b.FromTier, b.BarredAt.Format(time.RFC3339), b.Reason)
		}
		return t
	})
}

type serviceLift struct {
	Bar    string `arg:"" help:"Identifier of the bar."`
	Reason string `required:"" help:"Why it may be deployed again."`
}

// Run lifts the bar.
func (c *serviceLift) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	b, err := api.LiftVersion(s.Context(), c.Bar, c.Reason)
	if err != nil {
		return err
	}
	return s.Say(b, "Lifted the bar of %s.", b.Version)
}
