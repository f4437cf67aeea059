//! Who acts for whom: tenant, agent, persona, workflow, stage, gate - from metadata and tags.
//!
//! Clients of very different kinds write these by hand, so several spellings are read.

use serde_json::Value;

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
}

/// The part of an identity that a name stands for.
pub fn slot<'i>(identity: &'i mut Identity, name: &str) -> Option<&'i mut Option<String>> {
    Some(match name {
        "tenant" | "tenant_id" | "tenantId" | "tenant.id" => &mut identity.tenant,
        "agent" | "agent_id" | "agentId" | "agent.id" | "agent_name" | "agent.name" => &mut identity.agent,
        "persona" | "persona_id" | "persona.name" | "stage.persona" | "hypertool.persona" => {
            &mut identity.persona
        }
        "workflow" | "workflow_name" | "workflow.name" | "hypertool.workflow" => &mut identity.workflow,
        "stage" | "stage.name" | "workflow_stage" | "workflow.stage" | "hypertool.stage" => {
            &mut identity.stage
        }
        "gate_result"
        | "quality_gate"
        | "quality_gate.result"
        | "stage.quality_gate_passed"
        | "quality_gate_passed"
        | "hypertool.quality_gate" => &mut identity.gate_result,
        _ => return None,
    })
}

impl Identity {
    /// Takes a value unless an earlier source gave one.
    pub fn offer(&mut self, name: &str, value: &str) {
        if let Some(slot) = slot(self, name)
            && slot.is_none()
            && !value.is_empty()
        {
            *slot = Some(value.to_owned());
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
        for kind in ["workflow", "stage"] {
            if let Some(rest) = name.strip_prefix(kind).and_then(|rest| rest.strip_prefix('.')) {
                self.offer(kind, rest);
            }
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
    pub fn or(self, other: Self) -> Self {
        Self {
            tenant: self.tenant.or(other.tenant),
            agent: self.agent.or(other.agent),
            persona: self.persona.or(other.persona),
            workflow: self.workflow.or(other.workflow),
            stage: self.stage.or(other.stage),
            gate_result: self.gate_result.or(other.gate_result),
        }
    }

    /// Fills what is known of the trace as a whole.
    pub fn fill_trace(self, facts: &mut TraceFacts) {
        facts.tenant = facts.tenant.take().or(self.tenant);
    }

    /// Fills what the observation does not know yet.
    pub fn fill(self, observation: &mut Observation) {
        let Self { tenant, agent, persona, workflow, stage, gate_result } = self;
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
