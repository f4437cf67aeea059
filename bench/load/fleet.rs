//! Traces that say whose they are: runs of stages of workflows, by agents in roles, for tenants.

use std::borrow::Cow;

use super::random::Random;
use super::traces::Trace;

const AGENTS: u64 = 20;
const TENANTS: u64 = 40;
/// Tenants that one agent works for.
const TENANTS_OF_ONE: u64 = 10;
const WORKFLOWS: u64 = 6;
/// Each stage of a workflow has its persona.
const STAGES: u64 = 5;

/// Names the run of one stage: agent, tenant and workflow on top, stage, persona and gate below it, and there all the rest. An agent has
/// one workflow; one gate of twenty fails.
pub fn name(trace: &mut Trace, seed: u64, number: u64) {
    let mut random = Random(!seed ^ number.wrapping_mul(0xd1b5_4a32_d192_ed03));
    let mut pick = |of: u64| random.next() % of;
    let (agent, stage) = (pick(AGENTS), pick(STAGES));
    let tenant = (agent * 7 + pick(TENANTS_OF_ONE)) % TENANTS;
    let is_passed = pick(20) > 0;
    let [top, below, rest @ ..] = trace.spans.as_mut_slice() else { return };
    top.name = Cow::Owned(format!("workflow.release-{}", agent % WORKFLOWS));
    top.whose =
        vec![("gen_ai.agent.name", format!("agent-{agent}")), ("tenant.id", format!("tenant-{tenant}"))];
    below.name = Cow::Owned(format!("stage.part-{stage}"));
    below.whose = vec![
        ("stage.persona", format!("persona-{stage}")),
        ("stage.quality_gate_passed", is_passed.to_string()),
    ];
    for span in rest {
        span.parent = Some(below.id.clone());
    }
}
