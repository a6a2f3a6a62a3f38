package runner

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Shard is one part of a plan; the zero value is all of it.
type Shard struct{ N, Of int }

// ciShards are what CI systems tell a job of its part: the variable of its number, the first number, and the
// variable of how many there are, where there is one.
var ciShards = []struct {
	number string
	first  int
	of     string
}{
	{"CI_NODE_INDEX", 1, "CI_NODE_TOTAL"},                         // GitLab
	{"CIRCLE_NODE_INDEX", 0, "CIRCLE_NODE_TOTAL"},                 // CircleCI
	{"BUILDKITE_PARALLEL_JOB", 0, "BUILDKITE_PARALLEL_JOB_COUNT"}, // Buildkite
	{"JOB_COMPLETION_INDEX", 0, ""},                               // Kubernetes' Indexed Job
	{"SYSTEM_JOBPOSITIONINPHASE", 1, "SYSTEM_TOTALJOBSINPHASE"},   // Azure Pipelines
}

// ParseShard reads 2/5, or auto, which asks the variables of the CI system, or auto/5 for one that does not tell
// how many there are.
func ParseShard(text string, env func(string) string) (Shard, error) {
	if text == "" {
		return Shard{}, nil
	}
	number, of, _ := strings.Cut(text, "/")
	if number == "auto" {
		return autoShard(text, of, env)
	}
	return shard(text, number, of, 1)
}

func autoShard(text, of string, env func(string) string) (Shard, error) {
	var names []string
	for _, ci := range ciShards {
		names = append(names, ci.number)
		number := env(ci.number)
		if number == "" {
			continue
		}
		total := of
		if total == "" && ci.of != "" {
			total = env(ci.of)
		}
		if total == "" {
			return Shard{}, usage("--shard %s: %s does not come with how many there are; write --shard auto/N", text, ci.number)
		}
		return shard("auto: "+ci.number+"="+number, number, total, ci.first)
	}
	return Shard{}, usage("--shard %s: none of %s is set", text, strings.Join(names, ", "))
}

func shard(text, number, of string, first int) (Shard, error) {
	n, err1 := strconv.Atoi(number)
	total, err2 := strconv.Atoi(of)
	n += 1 - first
	switch {
	case err1 != nil || err2 != nil || total < 1:
		return Shard{}, usage("--shard %s: the form is 2/5, the second of five", text)
	case n < 1 || n > total:
		return Shard{}, usage("--shard %s: there is no such part of %d, which are %d to %d", text, total, first,
			total-1+first)
	}
	return Shard{n, total}, nil
}

// unit is what goes to one shard as a whole.
type unit struct {
	key   string
	took  time.Duration
	shard int
}

// deal gives each unit a shard: the longest first, each to the shard that has least. Those of which no time is
// known count as the median of those that are.
func deal(units []unit, of int) {
	sorted := make([]*unit, len(units))
	for i := range units {
		sorted[i] = &units[i]
	}
	slices.SortFunc(sorted, func(a, b *unit) int {
		if a.took != b.took {
			return int(min(max(b.took-a.took, -1), 1))
		}
		return strings.Compare(a.key, b.key)
	})
	loads := make([]time.Duration, of)
	counts := make([]int, of)
	for _, u := range sorted {
		least := 0
		for i := range loads {
			if loads[i] < loads[least] || loads[i] == loads[least] && counts[i] < counts[least] {
				least = i
			}
		}
		loads[least] += u.took
		counts[least]++
		u.shard = least + 1
	}
}

func median(all []time.Duration) time.Duration {
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[len(all)/2]
}
