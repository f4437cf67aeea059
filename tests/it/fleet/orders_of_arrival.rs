//! Whole fleets as clients tell them, in both dialects: in whatever order, how often and in what parts their traces come, with what is said
//! late or twice, names, facts, the growth of what a scrape tells, groups and the figures of the pages are the same.
//!
//! `traces/series.rs` says anything at all of few traces; here are runs with stages, calls, gates and handoffs as they are. Twenty
//! fleets, or two hundred where `TRACEWRIGHT_FLEETS` is `all`; a fleet is made by its number alone, which a failure names.

use std::collections::BTreeMap;

use diesel::prelude::*;
use serde_json::{Map, Value, json};
use tracewright::app;
use tracewright::db::AnyConnection;
use tracewright::db::schema::observations;
use tracewright::fleet::identity::{Identity, identity};
use tracewright::fleet::model::{Dimension, Group, Question};
use tracewright::fleet::reads::{Reader, Spread};
use tracewright::foundation::{Asker, ProjectKey, Result, Timestamp};
use tracewright::hours;
use tracewright::intake::Intake;
use tracewright::intake::ingest::{RequestBody, ingest_batch, ingest_otlp};
use tracewright::performance::reads as performance;
use tracewright::series;
use tracewright::traces::reads::{self, ObservationRow};
use wire::otlp::Encoding;

use crate::harness::{DAY, MINUTE, SECOND, START, TestApp, on_both};
use crate::scrape::told;

/// What is told of agents, and never falls.
pub const MEASURED: [&str; 6] =
    ["hypertool_", "agent_", "handoff_", "supervisor_", "context_", "tracewright_workflow_"];
/// How calls are told apart.
const WAYS: [&[Dimension]; 6] = [
    &[Dimension::Agent],
    &[Dimension::Persona],
    &[Dimension::Tenant],
    &[Dimension::Workflow],
    &[Dimension::Model],
    &[Dimension::Agent, Dimension::Tenant],
];

/// Numbers that look random and are the same on every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        // The constants of Knuth's MMIX generator.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn whole(&mut self, sides: u64) -> i64 {
        i64::try_from(self.roll(sides)).unwrap()
    }

    fn size(&mut self, sides: u64) -> usize {
        usize::try_from(self.roll(sides)).unwrap()
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.size(of.len() as u64)]
    }

    /// True once in so many times.
    fn is(&mut self, in_so_many: u64) -> bool {
        self.roll(in_so_many) == 0
    }

    fn shuffle<T>(&mut self, all: &mut [T]) {
        for last in (1..all.len()).rev() {
            all.swap(last, self.size(last as u64 + 1));
        }
    }
}

/// What a client sends: a span with its scope, or an event of a batch.
#[derive(Clone, Debug)]
enum Said {
    Span(Value),
    Event(Value),
}

/// What an observation says, by names that both dialects know.
type Words = Vec<(&'static str, Value)>;

/// One observation before it is told.
struct Step {
    name: String,
    parent: Option<u64>,
    /// Seconds after the run began.
    times: (i64, i64),
    words: Words,
    /// Model, tokens in and out.
    call: Option<(&'static str, i64, i64)>,
    is_failed: bool,
    scope: &'static str,
}

impl Step {
    fn new(name: &str, parent: Option<u64>, times: (i64, i64)) -> Self {
        let (name, words) = (name.to_owned(), Vec::new());
        Self { name, parent, times, words, call: None, is_failed: false, scope: "agents" }
    }
}

/// Makes the fleet of a number.
struct Maker {
    dice: Dice,
    said: Vec<Said>,
    /// Spans have ids of their own over all traces, so nothing is ordered by chance.
    last_id: u64,
    trace: String,
    /// Whether the trace is told in the batch dialect.
    is_batch: bool,
    begun: Timestamp,
}

impl Maker {
    fn fleet(number: u64) -> Vec<Said> {
        let dice = Dice(number.wrapping_mul(2) + 1);
        let (said, trace) = (Vec::new(), String::new());
        let mut maker = Self { dice, said, last_id: 0, trace, is_batch: false, begun: START };
        for trace in 0..=maker.dice.roll(3) {
            maker.trace = format!("{:032x}", trace + 1);
            maker.is_batch = maker.dice.is(2);
            maker.begun = START.plus_micros(-maker.dice.whole(180) * MINUTE);
            maker.run();
        }
        maker.said
    }

    fn run(&mut self) {
        let workflow = self.dice.one(&["release", "audit", ""]);
        let name = if workflow.is_empty() { "run".to_owned() } else { format!("workflow.{workflow}") };
        let mut root = Step::new(&name, None, (0, 300 + self.dice.whole(300)));
        root.is_failed = self.dice.is(6);
        let mut voices = Words::new();
        for (key, names) in [("agent.id", ["desk", "clerk"]), ("tenant.id", ["north", "south"])] {
            if !self.dice.is(4) {
                voices.push((key, json!(self.dice.one(&names))));
            }
        }
        let session = self.dice.one(&[None, Some("morning"), Some("evening")]);
        if self.is_batch {
            self.trace_says(&voices, session);
        } else {
            root.words = voices;
            root.words.extend(session.map(|session| ("session.id", json!(session))));
        }
        let root = self.tell(root);
        for nth in 0..=self.dice.whole(3) {
            self.stage(root, 60 * nth);
        }
        for name in ["handoff", "supervisor.task", "context.compile"] {
            if self.dice.is(3) {
                self.beside(root, name);
            }
        }
        if self.dice.is(3) {
            self.helper(root);
        }
    }

    /// What a trace of the batch dialect says itself; once in a while the later half of it comes by an event of its own.
    fn trace_says(&mut self, voices: &[(&str, Value)], session: Option<&str>) {
        let metadata: Map<String, Value> =
            voices.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
        let body = json!({"id": self.trace, "name": "turn", "metadata": metadata});
        let late = json!({"id": self.trace, "sessionId": session, "tags": ["persona:reader"]});
        self.event("trace-create", body, 0);
        if self.dice.is(2) {
            self.event("trace-create", late, 30);
        }
    }

    fn stage(&mut self, root: u64, from: i64) {
        let name = self.dice.one(&["build", "check", "ship"]);
        let took = 20 + self.dice.whole(60);
        let mut stage = Step::new(&format!("stage.{name}"), Some(root), (from, from + took));
        if !self.dice.is(4) {
            stage.words.push(("stage.persona", json!(self.dice.one(&["engineer", "tester", "operator"]))));
        }
        if let Some(passed) = self.dice.one(&[None, Some("true"), Some("true"), Some("false")]) {
            stage.words.push(("stage.quality_gate_passed", json!(passed)));
        }
        let stage = self.tell(stage);
        for nth in 0..self.dice.whole(3) {
            self.call(stage, from + 1 + 5 * nth);
        }
    }

    /// A call; once in a while another instrumentation saw it too.
    fn call(&mut self, parent: u64, from: i64) {
        let model = self.dice.one(&["acme-own-7", "acme-own-8"]);
        let call = Some((model, self.dice.whole(500), self.dice.whole(200)));
        let times = (from, from + 1 + self.dice.whole(20));
        let mut inner = Step { call, ..Step::new("chat", Some(parent), times) };
        inner.is_failed = self.dice.is(5);
        if self.dice.is(5) {
            inner.words.push(("agent.id", json!("scout")));
        }
        if self.dice.is(5) {
            let outer = Step { call, scope: "outer", ..Step::new("completion", Some(parent), times) };
            inner.parent = Some(self.tell(outer));
            inner.scope = "inner";
        }
        self.tell(inner);
    }

    /// A handoff, a task or a context.
    fn beside(&mut self, root: u64, name: &str) {
        let mut step = Step::new(name, Some(root), (200, 200 + self.dice.whole(9)));
        let own = match name {
            "handoff" => vec![
                ("handoff.source_agent", self.dice.one(&["", "desk"])),
                ("handoff.target_agent", "mate"),
                ("handoff.valid", self.dice.one(&["true", "false"])),
            ],
            "supervisor.task" => vec![("task.decomposed", self.dice.one(&["true", "false"]))],
            _ => vec![("context.model_tier", self.dice.one(&["large", "small"]))],
        };
        step.words = own.into_iter().map(|(key, value)| (key, json!(value))).collect();
        self.tell(step);
    }

    /// An agent that another one calls.
    fn helper(&mut self, root: u64) {
        let mut helper = Step::new("invoke_agent helper", Some(root), (220, 260));
        helper.words.push(("agent.id", json!("helper")));
        let helper = self.tell(helper);
        self.call(helper, 221);
    }

    /// Tells a step in the dialect of its trace. Once in a while it is told twice: what was known first, and later what it came to.
    fn tell(&mut self, step: Step) -> u64 {
        self.last_id += 1;
        let (id, is_late) = (self.last_id, self.dice.is(3));
        if self.is_batch {
            self.events(id, &step, is_late);
        } else {
            let whole = self.span(id, &step);
            self.said.push(Said::Span(whole));
            if is_late {
                let words = step.words.iter().take(1).cloned().collect();
                let times = (step.times.0, step.times.0 + 1);
                let early = self.span(id, &Step { times, words, ..step });
                self.said.push(Said::Span(early));
            }
        }
        id
    }

    fn span(&self, id: u64, step: &Step) -> Value {
        let mut words = step.words.clone();
        if let Some((model, input, output)) = step.call {
            words.push(("gen_ai.operation.name", json!("chat")));
            words.push(("gen_ai.request.model", json!(model)));
            words.push(("gen_ai.usage.input_tokens", json!(input)));
            words.push(("gen_ai.usage.output_tokens", json!(output)));
        }
        let attribute = |(key, value): &(&str, Value)| {
            let kind = if value.is_string() { "stringValue" } else { "intValue" };
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            json!({"key": key, "value": {kind: value}})
        };
        let nanos = |second: i64| (self.at(second).0 * 1_000).to_string();
        let span = json!({"traceId": self.trace, "spanId": format!("{id:016x}"), "name": step.name,
            "parentSpanId": step.parent.map(|id| format!("{id:016x}")).unwrap_or_default(),
            "startTimeUnixNano": nanos(step.times.0), "endTimeUnixNano": nanos(step.times.1),
            "attributes": words.iter().map(attribute).collect::<Vec<_>>(),
            "status": {"code": if step.is_failed { 2 } else { 1 }}});
        json!({"scope": {"name": step.scope}, "spans": [span]})
    }

    fn events(&mut self, id: u64, step: &Step, is_late: bool) {
        let own = json!({"id": format!("{id:016x}"), "traceId": self.trace});
        let metadata: Map<String, Value> =
            step.words.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
        let mut first = own.clone();
        first["name"] = json!(step.name);
        first["parentObservationId"] = json!(step.parent.map(|id| format!("{id:016x}")));
        first["startTime"] = json!(self.at(step.times.0).to_rfc3339());
        let mut later = if is_late { own } else { first.clone() };
        later["endTime"] = json!(self.at(step.times.1).to_rfc3339());
        later["metadata"] = json!(metadata);
        later["level"] = json!(if step.is_failed { "ERROR" } else { "DEFAULT" });
        if let Some((model, input, output)) = step.call {
            later["model"] = json!(model);
            later["usageDetails"] = json!({"input": input, "output": output});
        }
        let kind = if step.call.is_some() { "generation" } else { "span" };
        if is_late {
            self.event(&format!("{kind}-create"), first, 0);
            self.event(&format!("{kind}-update"), later, 10);
        } else {
            self.event(&format!("{kind}-create"), later, 0);
        }
    }

    /// An event that its client says to be of that second.
    fn event(&mut self, kind: &str, body: Value, second: i64) {
        let (id, at) = (format!("event-{}", self.said.len()), self.at(second).to_rfc3339());
        self.said.push(Said::Event(json!({"id": id, "type": kind, "timestamp": at, "body": body})));
    }

    fn at(&self, second: i64) -> Timestamp {
        self.begun.plus_micros(second * SECOND)
    }
}

/// Sends a part as one request of each kind; all of it must be taken.
async fn send(t: &TestApp, project: ProjectKey, part: &[Said]) {
    let (mut scopes, mut events) = (Vec::new(), Vec::new());
    for said in part {
        match said {
            Said::Span(scope) => scopes.push(scope.clone()),
            Said::Event(event) => events.push(event.clone()),
        }
    }
    let asker = Asker::system(project);
    if !events.is_empty() {
        let sent = RequestBody::plain(json!({ "batch": events }).to_string().into_bytes());
        let answers = ingest_batch(&t.app, &Intake::unheard(), &asker, sent).await.unwrap();
        assert!(answers.iter().all(|answer| answer.fault.is_none()), "{answers:?}");
    }
    if !scopes.is_empty() {
        let body = json!({"resourceSpans": [{"scopeSpans": scopes}]}).to_string();
        let sent = RequestBody::plain(body.into_bytes());
        let rejected = ingest_otlp(&t.app, &Intake::unheard(), &asker, sent, Encoding::Json).await.unwrap();
        assert_eq!(rejected.count, 0, "{rejected:?}");
    }
}

/// Brings everything up to date that is added up in the background.
async fn add_up(t: &TestApp) {
    t.clock.advance(2 * MINUTE);
    series::refresh(&t.app).await.unwrap();
    hours::refresh(&t.app).await.unwrap();
}

/// Sends all of it in one of the ways in which it may come.
async fn come(t: &TestApp, project: ProjectKey, all: &[Said], way: i64, dice: &mut Dice) {
    let mut order = all.to_vec();
    if way > 0 {
        dice.shuffle(&mut order);
    }
    match way {
        // As it was said, at once.
        0 => send(t, project, &order).await,
        // In small parts.
        1 => {
            for part in order.chunks(1 + dice.size(4)) {
                send(t, project, part).await;
            }
        }
        // With sums brought up to date in the middle of it.
        2 => {
            let (early, late) = order.split_at(order.len() / 2);
            for part in [early, late] {
                send(t, project, part).await;
                add_up(t).await;
            }
        }
        // All of it twice, mixed.
        _ => {
            order.extend_from_slice(all);
            dice.shuffle(&mut order);
            for part in order.chunks(4 + dice.size(8)) {
                send(t, project, part).await;
            }
        }
    }
}

/// Trace, tenant, session, observations, errors, tokens, cost.
type TraceFacts = (String, Option<String>, Option<String>, i64, i64, i64, i64);
/// Trace, observation, which names were taken over, gate, fact.
type Facts = (String, String, i16, Option<String>, Option<String>);

/// All that is known of a project's fleet.
#[derive(Debug, PartialEq)]
struct Known {
    traces: Vec<TraceFacts>,
    observations: Vec<ObservationRow>,
    facts: Vec<Facts>,
    groups: Vec<Vec<Group>>,
    spreads: Vec<Spread>,
    identity: Identity,
    /// What the pages of personas and of workflows are made of.
    pages: [String; 2],
}

async fn known(t: &TestApp, project: ProjectKey) -> Known {
    let question = Question::of(project, START.plus_micros(-DAY), START.plus_micros(DAY));
    let read = move |conn: &mut AnyConnection| Known::read(conn, &question);
    t.app.db.read(read).await.unwrap()
}

impl Known {
    fn read(conn: &mut AnyConnection, question: &Question) -> Result<Self> {
        let project = question.project;
        let mut traces = reads::newest(conn, project, 100)?;
        traces.sort_by(|a, b| a.trace_id.cmp(&b.trace_id));
        let mut rows = Vec::new();
        for trace in &traces {
            rows.extend(reads::observations(conn, project, &trace.trace_id)?);
        }
        rows.sort_by(|a, b| a.observation_id.cmp(&b.observation_id));
        let facts: Vec<Facts> = observations::table
            .filter(observations::project.eq(project))
            .order((observations::trace_id.asc(), observations::observation_id.asc()))
            .select((
                observations::trace_id,
                observations::observation_id,
                observations::inherited,
                observations::gate,
                observations::fact,
            ))
            .load(conn)?;
        let mut groups = Vec::new();
        for by in WAYS {
            groups.push(Reader::of(conn, question)?.by(by));
        }
        let spreads = Reader::of(conn, question)?.spreads(Some(Dimension::Agent))?;
        let pages = [
            format!("{:?}", performance::personas(conn, question, question.to)?),
            format!("{:?}", performance::workflows(conn, question)?),
        ];
        let of_trace = |trace: reads::TraceRow| {
            let (tenant, session) = (trace.tenant, trace.session_id);
            let (count, errors) = (trace.observation_count, trace.error_count);
            (trace.trace_id, tenant, session, count, errors, trace.total_tokens, trace.cost_nanos)
        };
        Ok(Self {
            traces: traces.into_iter().map(of_trace).collect(),
            observations: rows,
            facts,
            groups,
            spreads,
            identity: identity(conn, question)?,
            pages,
        })
    }
}

/// A series of an exposition: its name and its labels.
type Name = (String, BTreeMap<String, String>);

/// What a scrape tells of agents, over all projects.
async fn scraped(t: &TestApp) -> BTreeMap<Name, f64> {
    let samples = told(t).await.samples.into_iter();
    samples.filter(|((name, _), _)| MEASURED.iter().any(|begin| name.starts_with(begin))).collect()
}

/// By how much each series grew from one scrape to the next, to the millionth.
fn grown(before: &BTreeMap<Name, f64>, after: &BTreeMap<Name, f64>) -> Vec<String> {
    let grew = |(name, value): (&Name, &f64)| {
        let more = format!("{:.6}", value - before.get(name).copied().unwrap_or_default());
        (more != "0.000000").then(|| format!("{} {:?} {more}", name.0, name.1))
    };
    after.iter().filter_map(grew).collect()
}

fn fleets() -> u64 {
    if std::env::var("TRACEWRIGHT_FLEETS").is_ok_and(|word| word == "all") { 200 } else { 20 }
}

on_both! {
    async fn a_fleet_is_the_same_in_whatever_order_it_comes(t: TestApp) {
        let mut before = scraped(&t).await;
        let (mut metrics, mut gates, mut facts) = (0, 0, 0);
        for number in 0..fleets() {
            let (all, mut dice) = (Maker::fleet(number), Dice(number + 1_000_000));
            let mut wanted = None;
            for way in 0..4 {
                let project = ProjectKey(1_000 + i64::try_from(number).unwrap() * 10 + way);
                come(&t, project, &all, way, &mut dice).await;
                let after = scraped(&t).await;
                let found = (known(&t, project).await, grown(&before, &after));
                before = after;
                match &wanted {
                    None => wanted = Some(found),
                    Some(wanted) => assert_eq!(&found, wanted, "fleet {number}, way {way}: {all:#?}"),
                }
            }
            let (fleet, grew) = wanted.unwrap();
            metrics += grew.len();
            gates += fleet.facts.iter().filter(|(.., gate, _)| gate.is_some()).count();
            facts += fleet.facts.iter().filter(|(.., fact)| fact.is_some()).count();
        }
        assert!(metrics > 200 && gates > 10 && facts > 5, "{metrics} {gates} {facts}: these were no fleets");
        add_up(&t).await;
        let checked = app::check_arrivals(&t.app, |_| {}).await.unwrap();
        assert_eq!(checked.difference_count, 0, "{:?}", checked.differences);
    }
}
