package api

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"quecstar/harness/cloud"
	"quecstar/harness/cloud/record"
)

// kind is one kind of what applications make. Its calls are the same for all: POST, GET, PUT and DELETE.
type kind struct {
	name string // in errors
	path string
	id   string // the field of its id
	// list is the field of its list, "" for none; flat says that count and marker stand beside it, whole that
	// there is no paging.
	list        string
	flat, whole bool
	fields      []field
	// created and updated are the fields of its times.
	created, updated string
	// quota is how many there may be in a project; 0 is any. unique is the field that no two may share.
	quota  int
	unique string
	// spaced says that it lies in a resource space.
	spaced bool
	// filters are the fields that a query may name; one that begins with ~ is to be contained.
	filters []string
	// once says that nothing of it can be changed.
	once bool
	// asked are what a list's query is checked by, beside the fields that it names.
	asked []field
	// together are two fields of which a change has both or none.
	together [2]string
	// check says why what would be kept is not taken; of a new one old is nil.
	check func(c *call, o, old record.Object) error
	// made adds what the platform does; the object that it returns is told once, in the answer.
	made func(c *call, r *record.Record) (record.Object, error)
	// free says why one cannot be deleted.
	free func(c *call, r record.Record) error
	// shown changes what is shown.
	shown func(c *call, r record.Record, o record.Object)
	// none is the error for one that is not there, where the platform has one of its own.
	none error
	// idle says that the platform does something by it that the embedded one does not, which is told.
	idle bool
}

// The names of the kinds, by which they are kept and told.
const (
	accessCodesKind        = cloud.AccessCodeKind
	asyncKind              = "async command"
	broadcastsKind         = "broadcast"
	authTemplatesKind      = cloud.AuthTemplateKind
	authorizersKind        = cloud.AuthorizerKind
	backlogsKind           = cloud.BacklogKind
	bridgesKind            = "bridge"
	busesKind              = "soft bus"
	certificatesKind       = cloud.CAKind
	batchFilesKind         = "batch file"
	deviceCertificatesKind = cloud.DeviceCertificateKind
	domainsKind            = "domain configuration"
	exportsKind            = "export task"
	flowsKind              = cloud.FlowKind
	functionsKind          = "codec function"
	groupsKind             = cloud.GroupKind
	linkagesKind           = cloud.LinkageKind
	otaModulesKind         = "OTA module"
	otaPackagesKind        = "OTA package"
	policiesKind           = cloud.PolicyKind
	profilesKind           = "security profile"
	provisioningKind       = cloud.ProvisioningKind
	proxiesKind            = cloud.ProxyKind
	queuesKind             = cloud.QueueKind
	routeActionsKind       = cloud.ActionKind
	routesKind             = cloud.RuleKind
	serverCertificatesKind = "server certificate"
	spacesKind             = "resource space"
	tunnelsKind            = "tunnel"
)

// call is one call of the API.
type call struct {
	*server
	w http.ResponseWriter
	r *http.Request
}

// project is whose things the call is about.
func (c *call) project() string { return c.r.PathValue("project") }

// handler makes a handler of what answers a call or says why not.
func (s *server) handler(f func(c *call) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c := &call{s, w, r}
		if err := f(c); err != nil {
			failed(w, err)
		}
	}
}

// object reads the body.
func (c *call) object() (record.Object, error) {
	o := record.Object{}
	if !read(c.w, c.r, &o) {
		return nil, errTold
	}
	if o == nil {
		return nil, errors.New("the body is an object")
	}
	return o, nil
}

// errTold is that the answer was given already.
var errTold = errors.New("answered")

// routes are the calls of a kind.
func (k *kind) routes(s *server) map[string]http.HandlerFunc {
	one := k.path + "/{id}"
	out := map[string]http.HandlerFunc{
		"POST " + k.path: s.handler(k.create),
		"DELETE " + one:  s.handler(k.delete),
		"GET " + one:     s.handler(k.show),
		"GET " + k.path:  s.handler(k.listAll),
		"PUT " + one:     s.handler(k.update),
	}
	if k.once {
		delete(out, "PUT "+one)
	}
	return out
}

func (k *kind) create(c *call) error {
	o, err := c.object()
	if err != nil {
		return err
	}
	if err := checkObject(k.fields, o); err != nil {
		return err
	}
	r := record.Record{Kind: k.name, Project: c.project(), Object: k.given(o)}
	if k.spaced {
		if r.App, err = c.space(o.Text("app_id")); err != nil {
			return err
		}
	}
	if k.check != nil {
		if err := k.check(c, r.Object, nil); err != nil {
			return err
		}
	}
	var told record.Object
	if k.made != nil {
		if told, err = k.made(c, &r); err != nil {
			return err
		}
	}
	if r.ID == "" {
		r.ID = c.cloud.NewRecordID()
	}
	fits := func(others []record.Record) error { return k.fits(r, others, false) }
	if r, err = c.cloud.Records().Add(r, fits); err != nil {
		return err
	}
	if k.idle {
		c.cloud.OnlyKept(k.name)
	}
	shown := k.json(c, r, false)
	for name, v := range told {
		shown[name] = v
	}
	reply(c.w, http.StatusCreated, shown)
	return nil
}

// given is what is kept of a body: the fields of the kind, with what they are when not given.
func (k *kind) given(o record.Object) record.Object {
	out := record.Object{}
	for _, f := range k.fields {
		switch v := o[f.name]; {
		case f.own:
		case v != nil:
			out[f.name] = v
		case f.def != nil:
			out[f.name] = f.def
		}
	}
	return out
}

// errQuota is that there are as many as there may be.
var errQuota = cloud.ErrQuota

// fits says why there cannot be one more beside others, or one of that name. kept says that it is one of them.
func (k *kind) fits(r record.Record, others []record.Record, kept bool) error {
	if k.quota > 0 && !kept && len(others) >= k.quota {
		return fmt.Errorf("%s: %w: %d", k.name, errQuota, k.quota)
	}
	name := r.Text(k.unique)
	if name == "" {
		return nil
	}
	for _, other := range others {
		if other.ID != r.ID && other.App == r.App && other.Text(k.unique) == name {
			return fmt.Errorf("%s: another one has the %s %s: %w", k.name, k.unique, name, record.ErrExists)
		}
	}
	return nil
}

// one is the record that the path names.
func (k *kind) one(c *call) (record.Record, error) {
	r, err := c.cloud.Records().Get(k.name, c.project(), c.r.PathValue("id"))
	if err != nil && k.none != nil {
		err = fmt.Errorf("%s %s: %w", k.name, c.r.PathValue("id"), k.none)
	}
	return r, err
}

func (k *kind) show(c *call) error {
	r, err := k.one(c)
	if err != nil {
		return err
	}
	reply(c.w, http.StatusOK, k.json(c, r, false))
	return nil
}

func (k *kind) delete(c *call) error {
	r, err := k.one(c)
	if err != nil {
		return err
	}
	if k.free != nil {
		if err := k.free(c, r); err != nil {
			return err
		}
	}
	if err := c.cloud.Records().Delete(k.name, c.project(), r.ID); err != nil {
		return err
	}
	reply(c.w, http.StatusNoContent, nil)
	return nil
}

func (k *kind) update(c *call) error {
	o, err := c.object()
	if err != nil {
		return err
	}
	r, err := k.one(c)
	if err != nil {
		return err
	}
	next, err := k.merged(o, r.Object)
	if err != nil {
		return err
	}
	if k.check != nil {
		if err := k.check(c, next, r.Object); err != nil {
			return err
		}
	}
	changed := r
	changed.Object = next
	if err := k.fits(changed, c.cloud.Records().List(k.name, c.project(), nil), true); err != nil {
		return err
	}
	r, err = c.cloud.Records().Update(k.name, c.project(), r.ID, func(kept record.Object) error {
		for _, f := range k.fields { // what else there is, the platform may have changed meanwhile
			switch v, there := next[f.name]; {
			case f.own:
			case there:
				kept[f.name] = v
			default:
				delete(kept, f.name)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	reply(c.w, http.StatusOK, k.json(c, r, false))
	return nil
}

// merged is what a change makes of a record: null takes a field away.
func (k *kind) merged(o, old record.Object) (record.Object, error) {
	next := record.Object{}
	for name, v := range old {
		next[name] = v
	}
	if k.together != [2]string{} {
		_, one := o[k.together[0]]
		if _, other := o[k.together[1]]; one != other {
			return nil, fmt.Errorf("%s and %s are changed together: one of them is not given", k.together[0], k.together[1])
		}
	}
	for _, f := range k.fields {
		v, there := o[f.name]
		switch {
		case !there || f.own:
		case f.fixed:
			if s, ok := v.(string); ok && s == old.Text(f.name) {
				continue // the same again
			}
			return nil, fmt.Errorf("%s cannot be changed", f.name)
		case v == nil:
			delete(next, f.name)
		default:
			next[f.name] = v
		}
	}
	return next, checkObject(k.fields, next)
}

func (k *kind) listAll(c *call) error {
	q := c.r.URL.Query()
	if err := k.checkQuery(q); err != nil {
		return err
	}
	want := func(r record.Record) bool {
		for _, f := range k.filters {
			name, within := strings.CutPrefix(f, "~")
			value := q.Get(name)
			switch {
			case value == "":
			case name == "app_id" && k.spaced:
				if r.App != value {
					return false
				}
			case within:
				if !strings.Contains(fieldText(r.Object, name), value) {
					return false
				}
			case fieldText(r.Object, name) != value:
				return false
			}
		}
		return true
	}
	all := c.cloud.Records().List(k.name, c.project(), want)
	if k.whole {
		reply(c.w, http.StatusOK, record.Object{k.list: k.jsons(c, all), "count": len(all)})
		return nil
	}
	some, page, ok := paged(c.w, c.r, all, func(r record.Record) uint64 { return r.Sequence })
	if !ok {
		return errTold
	}
	out := record.Object{k.list: k.jsons(c, some)}
	if k.flat {
		out["count"], out["marker"] = page.Count, page.Marker
	} else {
		out["page"] = page
	}
	reply(c.w, http.StatusOK, out)
	return nil
}

// checkQuery says what of a list's query can be of no record.
func (k *kind) checkQuery(q url.Values) error {
	for _, f := range slices.Concat(k.asked, k.fields) {
		value := q.Get(f.name)
		if f.needed && value == "" && slices.ContainsFunc(k.asked, func(a field) bool { return a.name == f.name }) {
			return fmt.Errorf("%s is wanted", f.name)
		}
		if value != "" && len(f.oneOf) > 0 && f.form == aText && slices.Contains(k.filters, f.name) {
			if err := f.checkText(value); err != nil {
				return err
			}
		}
	}
	return nil
}

// fieldText is a field as a query names it, of an object or of one in it.
func fieldText(o record.Object, name string) string {
	if v := o[name]; v != nil {
		return fmt.Sprint(v)
	}
	for _, inner := range o {
		if text := fieldText(record.Of(inner), name); text != "" {
			return text
		}
	}
	return ""
}

func (k *kind) jsons(c *call, all []record.Record) []record.Object {
	out := []record.Object{}
	for _, r := range all {
		out = append(out, k.json(c, r, true))
	}
	return out
}

// json is a record as the API shows it.
func (k *kind) json(c *call, r record.Record, listed bool) record.Object {
	out := record.Object{}
	for name, v := range r.Object {
		out[name] = v
	}
	for _, f := range k.fields {
		if f.secret || f.hidden && listed {
			delete(out, f.name)
		}
	}
	out[k.id] = r.ID
	if k.spaced {
		out["app_id"] = r.App
	}
	for name, t := range map[string]time.Time{k.created: r.Created, k.updated: r.Updated} {
		if name != "" {
			out[name] = at(t)
		}
	}
	if k.shown != nil {
		k.shown(c, r, out)
	}
	return out
}
