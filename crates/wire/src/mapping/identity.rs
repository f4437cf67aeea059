//! Who acts for whom: tenant, agent, persona, workflow, stage, gate - from metadata and tags.
//!
//! Clients of very different kinds write these by hand, so several spellings are read: those of [`trace_model::rules`].

use serde_json::Value;

use trace_model::rules::{self, Place, Slot};
use trace_model::{JsonMap, Observation, TraceFacts};

/// What metadata and tags say about the actors.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    pub tenant: Option<String>,
    pub agent: Option<String>,
    /// The role it acts in.
    pub persona: Option<String>,
    pub workflow: Option<String>,
    pub stage: Option<String>,
    /// The result of a quality gate.
    pub gate_result: Option<String>,
    /// What spellings say that a later version of the table brought: it holds where no older one says anything.
    later: Vec<(Slot, String)>,
}

impl Identity {
    /// The place of a name; none for slots that are read elsewhere.
    pub fn slot(&mut self, slot: Slot) -> Option<&mut Option<String>> {
        Some(match slot {
            Slot::Tenant => &mut self.tenant,
            Slot::Agent => &mut self.agent,
            Slot::Persona => &mut self.persona,
            Slot::Workflow => &mut self.workflow,
            Slot::Stage => &mut self.stage,
            Slot::Gate => &mut self.gate_result,
            _ => return None,
        })
    }

    /// Takes a value unless an earlier source gave one.
    pub fn offer(&mut self, name: &str, value: &str) {
        if let Some((slot, since)) = rules::meaning(name).and_then(|meaning| meaning.slot) {
            self.put(slot, since, value);
        }
    }

    /// The same by what the name stands for.
    pub fn put(&mut self, slot: Slot, since: u16, value: &str) {
        if value.is_empty() {
            return;
        }
        if since > 1 {
            self.later.push((slot, value.to_owned()));
        } else if let Some(place) = self.slot(slot).filter(|place| place.is_none()) {
            *place = Some(value.to_owned());
        }
    }

    /// Reads top-level metadata entries that are strings, numbers or truths.
    pub fn offer_metadata(&mut self, metadata: &JsonMap) {
        for (name, value) in metadata {
            match value {
                Value::String(text) => self.offer(name, text),
                Value::Number(number) => self.offer(name, &number.to_string()),
                Value::Bool(flag) => self.offer(name, &flag.to_string()),
                _ => {}
            }
        }
    }

    /// Reads the name of a span: `workflow.NAME` is a run of that workflow, `stage.NAME` one of its stages.
    pub fn offer_name(&mut self, name: &str) {
        for slot in [Slot::Workflow, Slot::Stage] {
            let found = rules::words(slot, Place::Before).find_map(|word| name.strip_prefix(word));
            self.put(slot, 1, found.unwrap_or_default());
        }
    }

    /// Reads tags of the form `tenant:acme`.
    pub fn offer_tags(&mut self, tags: &[String]) {
        for (name, value) in tags.iter().filter_map(|tag| tag.split_once(':')) {
            self.offer(name.trim(), value.trim());
        }
    }

    /// Takes from another what this one does not know.
    #[must_use]
    pub fn or(mut self, other: Self) -> Self {
        self.later.extend(other.later);
        Self {
            tenant: self.tenant.or(other.tenant),
            agent: self.agent.or(other.agent),
            persona: self.persona.or(other.persona),
            workflow: self.workflow.or(other.workflow),
            stage: self.stage.or(other.stage),
            gate_result: self.gate_result.or(other.gate_result),
            later: self.later,
        }
    }

    /// All that is known, after the last source was asked.
    #[must_use]
    pub fn settled(mut self) -> Self {
        for (slot, value) in std::mem::take(&mut self.later) {
            if let Some(place) = self.slot(slot) {
                place.get_or_insert(value);
            }
        }
        self
    }

    /// Fills what is known of the trace as a whole.
    pub fn fill_trace(self, facts: &mut TraceFacts) {
        facts.tenant = facts.tenant.take().or(self.settled().tenant);
    }

    /// Fills what the observation does not know yet.
    pub fn fill(self, observation: &mut Observation) {
        let Self { tenant, agent, persona, workflow, stage, gate_result, .. } = self.settled();
        observation.tenant = observation.tenant.take().or(tenant);
        observation.agent = observation.agent.take().or(agent);
        observation.persona = observation.persona.take().or(persona);
        observation.workflow = observation.workflow.take().or(workflow);
        observation.stage = observation.stage.take().or(stage);
        observation.gate_result = observation.gate_result.take().or(gate_result);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_comes_before_tags() {
        let mut identity = Identity::default();
        let Value::Object(map) = serde_json::json!({"tenant_id": 7, "persona": "qa", "x": "y"}) else {
            unreachable!()
        };
        identity.offer_metadata(&map);
        identity.offer_tags(&["tenant:acme".into(), "agent: router ".into(), "beta".into()]);
        assert_eq!(identity.tenant.as_deref(), Some("7"));
        assert_eq!(identity.agent.as_deref(), Some("router"));
        assert_eq!(identity.persona.as_deref(), Some("qa"));
    }

    #[test]
    fn a_later_spelling_gives_way_to_every_older_one() {
        let mut identity = Identity::default();
        let Value::Object(map) = serde_json::json!({
            "agentName": "later", "workflow_id": "7", "gen_ai.agent.name": "last", "tenant_name": ""
        }) else {
            unreachable!()
        };
        identity.offer_metadata(&map);
        assert_eq!((&identity.agent, &identity.clone().settled().agent), (&None, &Some("later".to_owned())));
        identity.offer_tags(&["agent:router".into()]);
        let settled = identity.clone().settled();
        assert_eq!(settled.agent.as_deref(), Some("router"));
        assert_eq!((settled.workflow.as_deref(), settled.tenant), (Some("7"), None));
        let mut resource = Identity::default();
        resource.offer("workflow.name", "release");
        assert_eq!(identity.or(resource).settled().workflow.as_deref(), Some("release"));
    }

    #[test]
    fn a_name_says_the_run_or_the_stage_where_nothing_else_does() {
        for (name, workflow, stage) in [
            ("workflow.package_release", Some("package_release"), None),
            ("stage.version_bump", None, Some("version_bump")),
            ("workflow.", None, None),
            ("workflows.x", None, None),
            ("Workflow.run", None, None),
            ("chat", None, None),
        ] {
            let mut identity = Identity::default();
            identity.offer_name(name);
            assert_eq!(
                (identity.workflow.as_deref(), identity.stage.as_deref()),
                (workflow, stage),
                "{name}"
            );
        }
        let mut identity = Identity::default();
        identity.offer("workflow.name", "release");
        identity.offer_name("workflow.package_release");
        assert_eq!(identity.workflow.as_deref(), Some("release"));
    }
}
