package config

// Cron is a schedule on which the Worker is to be run. Whether it is one at all is not for config to say.
type Cron struct {
	Schedule string
	Node     *Node
}

// triggers decodes what runs the Worker besides requests.
func (l *loader) triggers(triggers *Node) {
	crons := triggers.Get("crons")
	if crons.Kind() != Array {
		return
	}
	for _, n := range crons.Items() {
		if schedule, ok := n.AsString(); ok {
			l.config.Crons = append(l.config.Crons, Cron{schedule, n})
		}
	}
}

// TailConsumer is a Worker that is told of what this one does.
type TailConsumer struct {
	Service     string
	Environment string // "" if none is named
}

func tailConsumers(list *Node) (consumers []TailConsumer) {
	if list.Kind() != Array {
		return nil
	}
	for _, n := range list.Items() {
		service, _ := n.Get("service").AsString()
		environment, _ := n.Get("environment").AsString()
		if service != "" {
			consumers = append(consumers, TailConsumer{service, environment})
		}
	}
	return consumers
}
