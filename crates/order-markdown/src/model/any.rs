//! Generated orders and texts for the property tests of everything that reads or writes orders.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::{PlanItem, PlanStep};

use super::{
    Acknowledgement, Asks, AssetRef, Assignee, Attestation, CodeBlock, Comment, Criterion, Demands, Entry,
    Field, Hold, HoldCode, ImportRecord, Item, LogEntry, LogKind, Materiality, Order, OrderNumber, Outcome,
    OutcomeRecord, Plan, Precision, Priority, Safety, Section, Status, Step, StepState, Tick, TickHow, Ticks,
    Undone, When, Who,
};
use foundation::{ActorKind, Digest, Timestamp};

/// 2026-06-01 12:00 UTC.
pub const NOON: Timestamp = Timestamp(1_780_315_200_000_000);

/// Ids `x-1`, `x-2`, ...
pub fn ids(prefix: &'static str) -> impl FnMut() -> String {
    let mut next = 0;
    move || {
        next += 1;
        format!("{prefix}-{next}")
    }
}

/// Texts that try to be structure.
pub fn nasty() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        "[a-zA-Z0-9 ]{1,12}",
        prop_oneof![
            Just("# "),
            Just("## Steps"),
            Just("### Step 1: x ✅"),
            Just("- [x] y"),
            Just("- "),
            Just("* "),
            Just("1. "),
            Just("|"),
            Just("\\|"),
            Just("\\"),
            Just("`"),
            Just("```"),
            Just("````sh"),
            Just("~~~"),
            Just("---"),
            Just("**"),
            Just("[ ]"),
            Just("<!-- tw {} -->"),
            Just("<!--"),
            Just("-->"),
            Just("&lt;"),
            Just("(optional)"),
            Just("(X-1)"),
            Just("✅"),
            Just("⬜"),
            Just(" - "),
            Just("User: z"),
            Just("\n"),
            Just("\n\n"),
            Just("\n  "),
            Just("\r\n"),
            Just("\t"),
            Just("é漢字\u{2028}\u{a0}🙂"),
            Just("\u{feff}"),
            Just("*"),
            Just("_"),
            Just("2026-01-01 10:XX"),
            Just("\u{1b}[0m"),
            Just("{\"a\":1}"),
            Just("Field"),
        ]
        .prop_map(str::to_owned),
    ];
    vec(pieces, 0..5).prop_map(|pieces| pieces.concat())
}

fn title() -> impl Strategy<Value = String> {
    nasty().prop_map(|text| format!("t{text}"))
}

fn any_when() -> impl Strategy<Value = When> {
    prop_oneof![
        nasty().prop_map(|raw| When::read(&raw)),
        Just(When::read("2026-02-01 12:XX UTC")),
        (0_i64..4_000_000_000_000_000).prop_map(|micros| When::exact(Timestamp(micros))),
        (nasty(), option::of(0_i64..9_000_000)).prop_map(|(raw, from)| When {
            raw,
            from: from.map(Timestamp),
            precision: Precision::Hour
        }),
    ]
}

fn any_who() -> impl Strategy<Value = Who> {
    let kinds = prop_oneof![Just(ActorKind::Human), Just(ActorKind::Agent), Just(ActorKind::System)];
    (nasty(), kinds, nasty()).prop_map(|(id, kind, name)| Who { id, kind, name })
}

fn any_tick() -> impl Strategy<Value = Tick> {
    let how = prop_oneof![Just(TickHow::Recorded), Just(TickHow::Imported)];
    let attested = option::of((any_who(), nasty()));
    (how, option::of(any_who()), option::of(0_i64..9_000_000), attested, option::of((any_who(), nasty())))
        .prop_map(|(how, by, at, attested, undone)| Tick {
            id: String::new(),
            how,
            by,
            at: at.map(Timestamp),
            answer: None,
            event: None,
            attested: attested.map(|(by, note)| Attestation { by, at: NOON, note }),
            undone: undone.map(|(by, reason)| Undone { by, at: NOON, reason }),
        })
}

fn any_ticks() -> impl Strategy<Value = Ticks> {
    vec(any_tick(), 0..3).prop_map(Ticks)
}

fn any_weight() -> impl Strategy<Value = Materiality> {
    prop_oneof![Just(Materiality::Normal), Just(Materiality::Important), Just(Materiality::Critical)]
}

fn any_entry() -> impl Strategy<Value = Entry> {
    nasty().prop_map(|text| Entry { id: String::new(), text })
}

fn any_item() -> impl Strategy<Value = Item> {
    (nasty(), any::<bool>(), any_weight(), any_ticks()).prop_map(|(text, required, materiality, ticks)| {
        Item {
            id: String::new(),
            text,
            required,
            asks: Asks::default(),
            demands: Demands::default(),
            not_asked: false,
            released: None,
            materiality,
            ticks,
            skipped: None,
        }
    })
}

fn any_state() -> impl Strategy<Value = StepState> {
    prop_oneof![
        Just(StepState::Open),
        Just(StepState::Done),
        nasty().prop_map(|reason| StepState::Flagged { reason }),
        nasty().prop_map(|reason| StepState::Failed { reason }),
        nasty().prop_map(|reason| StepState::NotApplicable { reason }),
    ]
}

fn any_code() -> impl Strategy<Value = CodeBlock> {
    (nasty(), nasty()).prop_map(|(language, text)| CodeBlock { language, text })
}

fn any_step() -> impl Strategy<Value = Step> {
    let flags = (any::<bool>(), any::<bool>(), any_weight());
    (title(), flags, any_state(), any_ticks(), nasty(), vec(any_code(), 0..3), vec(any_item(), 0..4))
        .prop_map(|(title, (required, ordered, materiality), state, mut ticks, notes, code, items)| {
            // A done step without items has a standing tick: the life cycle leaves no other way.
            if state == StepState::Done && items.is_empty() && !ticks.is_ticked() {
                ticks.0.push(Tick::imported(""));
            }
            Step {
                id: String::new(),
                position: 0,
                title,
                required,
                ordered,
                demands: Demands::default(),
                not_asked: false,
                released: None,
                state,
                marked_by: None,
                materiality,
                ticks,
                notes,
                code,
                items,
            }
        })
}

fn any_criterion() -> impl Strategy<Value = Criterion> {
    (nasty(), any_weight(), any_ticks()).prop_map(|(text, materiality, ticks)| Criterion {
        id: String::new(),
        text,
        demands: Demands::default(),
        materiality,
        ticks,
    })
}

fn any_log() -> impl Strategy<Value = LogEntry> {
    let kinds = prop_oneof![Just(LogKind::Note), Just(LogKind::Waiting), Just(LogKind::Problem)];
    (any_when(), nasty(), vec(nasty(), 0..4), option::of(nasty()), option::of(any_who()), kinds).prop_map(
        |(when, title, lines, author, by, kind)| LogEntry {
            id: String::new(),
            when,
            title,
            lines,
            author,
            by,
            kind,
            corrects: None,
        },
    )
}

fn any_comment() -> impl Strategy<Value = Comment> {
    (any_when(), any_who(), nasty()).prop_map(|(when, by, text)| Comment {
        id: String::new(),
        when,
        by,
        text,
    })
}

fn any_section() -> impl Strategy<Value = Section> {
    (nasty(), nasty()).prop_map(|(title, text)| Section { title, text })
}

fn any_head() -> impl Strategy<Value = Order> {
    let names = (nasty(), nasty(), option::of(0_usize..3));
    let people = (option::of(names), option::of((nasty(), nasty())), option::of(any_who()));
    let texts = (title(), nasty(), nasty(), option::of(nasty()));
    let times = (any_when(), option::of(any_when()));
    let record = (0_usize..9, 0_usize..5, any::<bool>(), 1_i64..99, option::of(nasty()));
    let fields = vec((nasty(), nasty()).prop_map(|(name, value)| Field { name, value }), 0..3);
    (people, texts, times, record, fields, 1_u32..900).prop_map(
        |(people, texts, times, record, fields, number)| {
            let (assignee, asset, created_by) = people;
            let (title, order_type, description, footer) = texts;
            let (status, priority, started, version, resolution) = record;
            Order {
                number: OrderNumber::new(2026, number),
                order_type,
                priority: Priority::ALL[priority],
                status: Status::ALL[status],
                title,
                description,
                created: times.0,
                created_by,
                due: times.1,
                assignee: assignee.map(|(name, code, account)| Assignee {
                    account: account.map(|n| format!("acc-{n}")),
                    kind: None,
                    name,
                    code,
                }),
                asset: asset.map(|(name, tag)| AssetRef { name, tag }),
                fields,
                footer,
                started,
                version,
                hold: resolution.clone().map(|reason| Hold { code: HoldCode::Vendor, reason, since: NOON }),
                outcome: resolution.map(|note| OutcomeRecord { outcome: Outcome::Partial, note }),
                imported: Some(ImportRecord {
                    source: Digest::of(b"x"),
                    file: None,
                    by: Who::named("n"),
                    at: NOON,
                    status: Status::Draft,
                    claims: Vec::new(),
                    own_number: false,
                }),
                ..Order::default()
            }
        },
    )
}

/// Whole orders full of nasty texts.
pub fn any_order() -> impl Strategy<Value = Order> {
    let lists =
        (vec(any_entry(), 0..3), vec(any_entry(), 0..3), vec(any_entry(), 0..3), vec(any_criterion(), 0..3));
    let record = (vec(any_log(), 0..3), vec(any_comment(), 0..3), vec(any_section(), 0..3), 1_u32..4);
    (any_head(), vec(any_step(), 0..4), lists, record).prop_map(|(head, steps, lists, record)| {
        let (goals, parts, notes, criteria) = lists;
        let (log, comments, sections, version) = record;
        let acknowledgements = vec![Acknowledgement { version: 1, by: Who::named("a"), at: NOON }];
        let safety = Safety { version, notes, acknowledgements };
        let mut order = Order { goals, steps, parts, safety, criteria, log, comments, sections, ..head };
        "order-1".clone_into(&mut order.id);
        order.renumber();
        name_all(&mut order);
        order
    })
}

/// Gives each element an id of its own.
fn name_all(order: &mut Order) {
    let mut new_id = ids("id");
    for entry in order.goals.iter_mut().chain(&mut order.parts).chain(&mut order.safety.notes) {
        entry.id = new_id();
    }
    for step in &mut order.steps {
        step.id = new_id();
        step.ticks.0.iter_mut().for_each(|tick| tick.id = new_id());
        for item in &mut step.items {
            item.id = new_id();
            item.ticks.0.iter_mut().for_each(|tick| tick.id = new_id());
        }
    }
    for criterion in &mut order.criteria {
        criterion.id = new_id();
        criterion.ticks.0.iter_mut().for_each(|tick| tick.id = new_id());
    }
    order.log.iter_mut().for_each(|entry| entry.id = new_id());
    order.comments.iter_mut().for_each(|comment| comment.id = new_id());
}

/// Plans whose parts share a small set of ids, so that two of them overlap.
pub fn any_plan() -> impl Strategy<Value = Plan> {
    (any_order(), proptest::sample::subsequence(vec![0_usize, 1, 2, 3], 0..4).prop_shuffle()).prop_map(
        |(order, picks)| {
            let mut plan = Plan::of(&order);
            let steps = picks.iter().filter_map(|pick| plan.steps.get(*pick).cloned()).collect();
            plan.steps = steps;
            for (step, pick) in plan.steps.iter_mut().zip(&picks) {
                step.id = format!("s{pick}");
                for (n, item) in step.items.iter_mut().enumerate() {
                    item.id = format!("s{pick}i{n}");
                }
            }
            plan
        },
    )
}

/// A text with its id.
fn entry(id: &str, text: &str) -> Entry {
    Entry { id: id.to_owned(), text: text.to_owned() }
}

/// Three steps: `s1` with items `i1` (required), `i2` (optional); `s2` without items; `s3` ordered, with `i3`.
pub fn sample_plan() -> Plan {
    let item = |id: &str, required| PlanItem {
        id: id.to_owned(),
        text: format!("do {id}"),
        required,
        ..PlanItem::default()
    };
    let step = |id: &str, ordered, items: Vec<PlanItem>| PlanStep {
        id: id.to_owned(),
        title: format!("Step {id}"),
        ordered,
        items,
        ..PlanStep::default()
    };
    Plan {
        title: "Trace every call".to_owned(),
        order_type: "Integration Setup".to_owned(),
        priority: Priority::High,
        steps: vec![
            step("s1", false, vec![item("i1", true), item("i2", false)]),
            step("s2", false, vec![]),
            step("s3", true, vec![item("i3", true)]),
        ],
        safety: vec![entry("n1", "Keys stay secret")],
        criteria: vec![entry("c1", "All calls are traced")],
        ..Plan::default()
    }
}
