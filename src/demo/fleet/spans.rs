//! A run as spans: the workflow, its stages with the agents that do them, their tools and calls, and what they hand on.

use serde_json::{Value, json};

use crate::demo::calls::{hex_of, nanos, number, text};

use super::runs::{PLANNED, Run, STAGES, Stage};

/// Everything that its programs tell of a run.
pub(super) fn of(run: Run) -> Vec<Value> {
    let mut told = Told { run, spans: Vec::new() };
    told.whole();
    told.spans
}

/// What was told so far.
struct Told {
    run: Run,
    spans: Vec<Value>,
}

/// A span in the making.
struct Span {
    /// The one above it.
    below: Option<usize>,
    name: String,
    /// Milliseconds from the beginning of the run.
    time: (i64, i64),
    attributes: Vec<Value>,
    fault: Option<&'static str>,
}

impl Told {
    fn whole(&mut self) {
        let run = self.run;
        let stages = run.stages();
        let end = stages.last().map_or(PLANNED, |(_, _, (_, to))| *to) + 500;
        let said = run.stopped().map_or_else(
            || run.spoken("{package} {version} is out."),
            |(_, why)| format!("Not released: {why}."),
        );
        let released = run.released();
        // Said once for the run: what lies below is of this workflow, tenant and session without saying so.
        let top = self.put(Span {
            below: None,
            name: "workflow.package_release".to_owned(),
            time: (0, end),
            attributes: vec![
                text("langfuse.trace.name", &released),
                text("workflow.name", "package_release"),
                text("gen_ai.agent.name", "release-lead"),
                text("tenant.id", run.tenant()),
                text("session.id", &format!("release-{}", released.replace(' ', "-"))),
                text("langfuse.observation.input", &format!("Release {released}")),
                text("langfuse.observation.output", &said),
            ],
            fault: None,
        });
        self.plan(top);
        for (place, stage, time) in stages {
            self.stage(top, place, stage, time);
        }
    }

    /// Whoever leads the run takes it apart.
    fn plan(&mut self, top: usize) {
        let task = self.put(Span {
            below: Some(top),
            name: "supervisor.task".to_owned(),
            time: (200, PLANNED - 300),
            attributes: vec![truth("supervisor.decomposed", true)],
            fault: None,
        });
        let asked = self.run.spoken("Which stages does the release of {package} need?");
        let names = STAGES.iter().map(|stage| stage.name).collect::<Vec<&str>>().join(", ");
        let tokens = self.run.planning();
        self.call(task, (400, PLANNED - 500), ("openai", "gpt-4.1-mini"), tokens, (&asked, &names));
    }

    fn stage(&mut self, top: usize, place: usize, stage: &Stage, time: (i64, i64)) {
        let why = self.run.stopped().filter(|(stopped, _)| *stopped == place).map(|(_, why)| why);
        let in_stage = self.put(Span {
            below: Some(top),
            name: format!("stage.{}", stage.name),
            time,
            attributes: vec![
                text("stage.name", stage.name),
                text("stage.persona", stage.persona),
                truth("stage.quality_gate_passed", why.is_none()),
            ],
            fault: why,
        });
        self.agent(in_stage, place, stage, time);
    }

    /// The agent of a stage: it looks something up, asks its model, and hands on what it says.
    fn agent(&mut self, in_stage: usize, place: usize, stage: &Stage, (from, to): (i64, i64)) {
        let run = self.run;
        // So many thousandths of its time after it began.
        let after = |share: i64| from + (to - from) * share / 1_000;
        let (question, answer) = (run.spoken(stage.question), run.spoken(stage.answer));
        let agent = self.put(Span {
            below: Some(in_stage),
            name: format!("invoke_agent {}", stage.agent),
            time: (after(5), after(990)),
            attributes: vec![
                text("gen_ai.operation.name", "invoke_agent"),
                text("gen_ai.agent.name", stage.agent),
                text("gen_ai.input.messages", &said("user", &question)),
                text("gen_ai.output.messages", &said("assistant", &answer)),
            ],
            fault: None,
        });
        if place == 0 {
            self.put(Span {
                below: Some(agent),
                name: "context.compile".to_owned(),
                time: (after(10), after(30)),
                attributes: vec![text("context.model_tier", "large")],
                fault: None,
            });
        }
        self.tool(agent, place, stage, (after(40), after(600)));
        if run.is_busy(place) {
            let busy = self.call(agent, (after(610), after(640)), stage.model, (0, 0), (&question, ""));
            self.fail(busy, "overloaded: the provider asks to wait");
        }
        let tokens = run.tokens(place, stage);
        let call = self.call(agent, (after(650), after(960)), stage.model, tokens, (&question, &answer));
        if let Some(is_valid) = run.handoff(place) {
            self.hand_on(agent, place, (after(965), after(968)), is_valid.then_some(call), &answer);
        }
    }

    fn tool(&mut self, agent: usize, place: usize, stage: &Stage, time: (i64, i64)) {
        let (name, arguments, result) = stage.tool;
        let fault = self.run.search_fault().filter(|_| place == 0);
        let mut attributes = vec![
            text("gen_ai.operation.name", "execute_tool"),
            text("gen_ai.tool.name", name),
            text("gen_ai.tool.call.arguments", &self.run.spoken(arguments)),
        ];
        attributes.push(match fault {
            Some(_) => text("error.type", "timeout"),
            None => text("gen_ai.tool.call.result", result),
        });
        self.put(Span { below: Some(agent), name: format!("execute_tool {name}"), time, attributes, fault });
    }

    fn call(
        &mut self,
        below: usize,
        time: (i64, i64),
        (maker, model): (&str, &str),
        (input, output): (u32, u32),
        (question, answer): (&str, &str),
    ) -> usize {
        let mut attributes = vec![
            text("gen_ai.operation.name", "chat"),
            text("gen_ai.provider.name", maker),
            text("gen_ai.request.model", model),
            number("gen_ai.usage.input_tokens", input),
            number("gen_ai.usage.output_tokens", output),
            text("gen_ai.input.messages", &said("user", question)),
        ];
        if !answer.is_empty() {
            attributes.push(text("gen_ai.output.messages", &said("assistant", answer)));
        }
        self.put(Span { below: Some(below), name: format!("chat {model}"), time, attributes, fault: None })
    }

    /// The agent of a stage hands its answer on to that of the next: it rests on a call, or on nothing. The names are
    /// those of `docs/HANDOFFS.md`.
    fn hand_on(&mut self, agent: usize, place: usize, time: (i64, i64), on: Option<usize>, payload: &str) {
        let [source, target] =
            [place, place + 1].map(|place| STAGES.get(place).map_or("", |stage| stage.agent));
        let mut attributes = vec![
            text("handoff.source_agent", source),
            text("handoff.target_agent", target),
            text("handoff.tenant", self.run.tenant()),
            text("handoff.strictness", "strict"),
            text("langfuse.observation.input", payload),
        ];
        if let Some(call) = on {
            let rests = json!([{"trace_id": self.trace_id(), "observation_id": self.span_id(call)}]);
            attributes.push(text("handoff.sources", &rests.to_string()));
            attributes.push(text("handoff.result", "valid"));
        } else {
            attributes.push(text("handoff.result", "invalid"));
            attributes.push(text("handoff.reasons", r#"["It does not say what it rests on"]"#));
        }
        self.put(Span { below: Some(agent), name: "handoff".to_owned(), time, attributes, fault: None });
    }

    /// Adds a span; gives its place.
    fn put(&mut self, span: Span) -> usize {
        let place = self.spans.len();
        let moment = |millis: i64| nanos(self.run.began.plus_micros(millis * 1_000));
        let (from, to) = span.time;
        let mut wire = json!({
            "traceId": self.trace_id(), "spanId": self.span_id(place), "name": span.name, "kind": 1,
            "startTimeUnixNano": moment(from), "endTimeUnixNano": moment(to),
            "attributes": span.attributes, "status": status(span.fault),
        });
        if let (Some(below), Some(fields)) = (span.below, wire.as_object_mut()) {
            fields.insert("parentSpanId".to_owned(), json!(self.span_id(below)));
        }
        self.spans.push(wire);
        place
    }

    /// Says of a span that it failed.
    fn fail(&mut self, place: usize, why: &'static str) {
        if let Some(fields) = self.spans.get_mut(place).and_then(Value::as_object_mut) {
            fields.insert("status".to_owned(), status(Some(why)));
        }
    }

    fn trace_id(&self) -> String {
        hex_of(&format!("release {}", self.run.place), 32)
    }

    fn span_id(&self, place: usize) -> String {
        hex_of(&format!("release {} {place}", self.run.place), 16)
    }
}

fn status(fault: Option<&str>) -> Value {
    fault.map_or_else(|| json!({}), |message| json!({"code": 2, "message": message}))
}

fn truth(key: &str, value: bool) -> Value {
    json!({"key": key, "value": {"boolValue": value}})
}

fn said(role: &str, words: &str) -> String {
    json!([{"role": role, "parts": [{"type": "text", "content": words}]}]).to_string()
}
