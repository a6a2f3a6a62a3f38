package api

import (
	"errors"
	"fmt"
	"net/http"

	"quecstar/harness/cloud"
	"quecstar/harness/cloud/record"
)

// appID is the default resource space, which every project has.
const appID = cloud.DefaultApp

// maxSpaces is how many resource spaces a project has (limits page, iot_04_0010).
const maxSpaces = 10

var (
	errNoSpace = errors.New("the resource space does not exist")
	errDefault = errors.New("it is the default resource space")
)

// spaces are resource spaces.
var spaces = &kind{name: spacesKind, path: "/apps", id: "app_id", list: "applications", created: "create_time",
	fields: []field{needed(field{name: "app_name", most: 64, chars: nameChars})}, quota: maxSpaces - 1, unique: "app_name",
	shown: func(_ *call, _ record.Record, o record.Object) { o["default_app"] = false }}

// space is the resource space that a body names; the default one where it names none.
func (c *call) space(id string) (string, error) {
	if id == "" || id == appID {
		return appID, nil
	}
	if _, err := c.cloud.Records().Get(spacesKind, c.project(), id); err != nil {
		return "", fmt.Errorf("%s: %w", id, errNoSpace)
	}
	return id, nil
}

// defaultSpace is the default resource space as the API shows it.
func (c *call) defaultSpace() record.Object {
	return record.Object{"app_id": appID, "app_name": "DefaultApp", "default_app": true, "create_time": at(c.started)}
}

func (s *server) spaceRoutes() map[string]http.HandlerFunc {
	out := spaces.routes(s)
	byDefault := func(of http.HandlerFunc, instead func(c *call) error) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if r.PathValue("id") == appID {
				of = s.handler(instead)
			}
			of(w, r)
		}
	}
	refuse := func(*call) error { return errDefault }
	out["GET /apps/{id}"] = byDefault(out["GET /apps/{id}"], func(c *call) error {
		reply(c.w, http.StatusOK, c.defaultSpace())
		return nil
	})
	out["PUT /apps/{id}"] = byDefault(out["PUT /apps/{id}"], refuse)
	out["DELETE /apps/{id}"] = byDefault(out["DELETE /apps/{id}"], refuse)
	out["GET /apps"] = s.handler(func(c *call) error {
		all := []record.Object{}
		if only := c.r.URL.Query().Get("default_app"); only != "true" {
			all = spaces.jsons(c, c.cloud.Records().List(spacesKind, c.project(), nil))
			if only == "false" {
				reply(c.w, http.StatusOK, record.Object{"applications": all})
				return nil
			}
		}
		reply(c.w, http.StatusOK, record.Object{"applications": append(all, c.defaultSpace())})
		return nil
	})
	return out
}
