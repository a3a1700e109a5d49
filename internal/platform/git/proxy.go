package git

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"

	"slipway/internal/errs"
	"slipway/internal/platform/dial"
)

// proxy is an HTTP proxy on loopback for one fetch: it connects through the dialer, which refuses private addresses, counts
// what comes back, and lets nobody in without the password that only this fetch knows.
type proxy struct {
	dial   *dial.Dialer
	ln     net.Listener
	pass   string
	left   atomic.Int64
	ctx    context.Context
	cancel context.CancelFunc
	done   sync.WaitGroup
	mu     sync.Mutex
	reason error
}

func (g *Git) proxy(ctx context.Context) (*proxy, error) {
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &proxy{dial: g.o.Dial, ln: ln, pass: rand.Text()}
	p.left.Store(g.o.Bytes)
	p.ctx, p.cancel = context.WithCancel(ctx)
	p.done.Go(p.serve)
	return p, nil
}

func (p *proxy) address() string { return "http://slipway:" + p.pass + "@" + p.ln.Addr().String() }

// close ends the proxy and waits for its connections.
func (p *proxy) close() {
	p.cancel()
	shut(p.ln)
	p.done.Wait()
}

// why returns our own reason for what failed, or nil.
func (p *proxy) why() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.reason
}

func (p *proxy) fail(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.reason == nil {
		p.reason = err
	}
}

// connectionsMax is how many connections one fetch may open. Git's own protocol needs a handful; a server of plain files makes
// git ask for one object after the other, in ever more processes, until something ends it.
const connectionsMax = 64

func (p *proxy) serve() {
	for n := 1; ; n++ {
		c, err := p.ln.Accept()
		if err != nil {
			return
		}
		if n > connectionsMax {
			p.fail(errs.Unavailable("git.not_spoken", "The repository answers as a server of plain files does. Slipway reads repositories over Git's own protocol only."))
			shut(c)
			p.cancel()
			shut(p.ln)
			return
		}
		p.done.Go(func() {
			stop := context.AfterFunc(p.ctx, func() { shut(c) })
			defer stop()
			defer shut(c)
			p.one(c)
		})
	}
}

// one serves a connection: CONNECT for https, requests with a whole address for http.
func (p *proxy) one(c net.Conn) {
	in := bufio.NewReader(c)
	for {
		r, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		if !p.known(r) {
			if _, err := io.WriteString(c, "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"slipway\"\r\nContent-Length: 0\r\n\r\n"); err != nil {
				return
			}
			continue
		}
		address := r.Host
		if r.Method != http.MethodConnect {
			if r.URL.Scheme != "http" {
				return
			}
			address = r.URL.Host
		}
		if _, _, err := net.SplitHostPort(address); err != nil {
			address = net.JoinHostPort(address, "80")
		}
		out, err := p.dial.Connect(p.ctx, address)
		if err != nil {
			p.refuse(c, address, err)
			return
		}
		p.join(c, in, out, r)
		return
	}
}

func (p *proxy) known(r *http.Request) bool {
	want := "Basic " + base64.StdEncoding.EncodeToString([]byte("slipway:"+p.pass))
	return subtle.ConstantTimeCompare([]byte(r.Header.Get("Proxy-Authorization")), []byte(want)) == 1
}

func (p *proxy) refuse(c net.Conn, address string, err error) {
	if why := dial.Refusal(err); why != nil {
		p.fail(why)
	} else if p.ctx.Err() == nil {
		p.fail(errs.Unavailable("git.unreachable", "%s cannot be reached.", address).Because(err))
	}
	if _, err := io.WriteString(c, "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"); err != nil {
		return // git is gone already, and the reason is kept
	}
}

// join copies both ways until one side ends. A plain request is sent on first, one to a connection.
func (p *proxy) join(c net.Conn, in *bufio.Reader, out net.Conn, r *http.Request) {
	stop := context.AfterFunc(p.ctx, func() { shut(out) })
	defer stop()
	defer shut(out)
	if r.Method == http.MethodConnect {
		if _, err := io.WriteString(c, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
			return
		}
		p.done.Go(func() {
			if _, err := io.Copy(out, in); err != nil {
				shut(out)
				return
			}
			if half, ok := out.(*net.TCPConn); ok {
				half.CloseWrite() //nolint:errcheck // the other side sees the end, or is gone
			}
		})
	} else {
		r.Header.Del("Proxy-Authorization")
		r.Header.Del("Proxy-Connection")
		r.Header.Set("Connection", "close")
		r.Close = true
		if err := r.Write(out); err != nil {
			return
		}
	}
	if _, err := io.Copy(c, &counted{out, &p.left}); errors.Is(err, errFull) {
		p.fail(errs.TooLarge("git.too_large", "The repository sends more than the limit of a fetch allows."))
	}
}

var errFull = errors.New("git: the limit of bytes is reached")

// counted reads until the shared rest is used up.
type counted struct {
	r    io.Reader
	left *atomic.Int64
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	if c.left.Add(-int64(n)) < 0 {
		return 0, errFull
	}
	return n, err
}

// shut closes what is done with; there is nothing to save that closing could lose.
func shut(c io.Closer) {
	if err := c.Close(); err != nil {
		return
	}
}
