package origin

import (
	"errors"
	"net/http"
	"time"
)

// EdgeResponseTimeout is how long the edge waits for an origin's response, unless a zone has another setting.
const EdgeResponseTimeout = 100 * time.Second

// AsEdge is a Client as deployed code meets it: a call that failed is answered with the response of the edge, see
// [Edge], and only calls that were given up return an error.
func AsEdge(client *Client) http.RoundTripper { return edge{client} }

type edge struct{ client *Client }

func (e edge) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := e.client.RoundTrip(req)
	if cause, ok := errors.AsType[*Error](err); ok && req.Context().Err() == nil {
		res, err = Edge(cause), nil
		res.Request = req
	}
	return res, err
}
