use std::path::PathBuf;

use super::*;
use crate::model::any::{NOON, ids};
use crate::model::{Status, Subject, TickHow, Transition, TransitionRecord, Who};
use crate::read::read;
use foundation::Timestamp;

/// 2026-12-01.
const NOW: Timestamp = Timestamp(1_796_083_200_000_000);

fn parsed(text: &str) -> Order {
    let mut next = 0;
    let mut new_id = || {
        next += 1;
        format!("id-{next}")
    };
    read(text).unwrap().into_order(&mut new_id).unwrap()
}

fn rules_of(order: &Order) -> Vec<String> {
    find(order, NOW).into_iter().map(|finding| finding.rule).collect()
}

fn order(steps: &str, log: &str) -> Order {
    parsed(&format!(
        "# Work Order: WO-2026-009\n\n| Field | Value |\n|---|---|\n| Status | IN PROGRESS |\n| Created | 2026-03-01 08:00 UTC |\n| Assigned To | Ada Moor (U-1) |\n\n## Steps\n\n{steps}\n\n## Work Log\n\n{log}\n"
    ))
}

const DONE: &str =
    "### Step 1: Open the mailbox ✅\n- [x] Choose an address\n- [x] Write the password down\n";

#[test]
fn a_ticked_step_that_the_log_still_waits_for_is_found() {
    let order = order(
        DONE,
        "### 2026-03-01 09:00 UTC - Waiting\n- Need Ada to open the mailbox\n- Need the password, please write it\n",
    );
    let findings = find(&order, NOW);
    let waits: Vec<&Finding> = findings.iter().filter(|it| it.rule == LOG_WAITS.id).collect();
    assert_eq!(waits.len(), 2, "{findings:?}");
    assert_eq!(waits[0].subject, Subject::Step(order.steps[0].id.clone()));
    assert!(waits[0].sentence.contains("Step 1 \"Open the mailbox\" is ticked"), "{}", waits[0].sentence);
    assert_eq!((waits[0].version, waits[1].version), (1, 1));
}

#[test]
fn a_wait_that_a_later_entry_ended_is_not_found() {
    let log = "### 2026-03-01 09:00 UTC - Waiting\n- Need Ada to open the mailbox\n\n### 2026-03-01 10:00 UTC - Resumed\n- Ada opened the mailbox\n";
    assert!(!rules_of(&order(DONE, log)).contains(&LOG_WAITS.id.to_owned()));
}

#[test]
fn waiting_for_an_open_step_or_for_something_else_is_no_contradiction() {
    let open = "### Step 1: Open the mailbox ⬜\n- [ ] Choose an address\n";
    let log = "### 2026-03-01 09:00 UTC - Waiting\n- Need Ada to open the mailbox\n";
    assert!(!rules_of(&order(open, log)).contains(&LOG_WAITS.id.to_owned()));
    let other = "### 2026-03-01 09:00 UTC - Waiting\n- Need a ladder from the store room\n";
    assert!(!rules_of(&order(DONE, other)).contains(&LOG_WAITS.id.to_owned()));
}

#[test]
fn ticks_states_and_times_are_judged() {
    let steps =
        "### Step 1: One ✅\n- [x] a\n- [ ] b\n\n### Step 2: Two ✅\n\n### Step 3: Three ⬜\n- [x] c\n";
    let log = "### 2026-03-01 10:00 UTC - Later\n- x\n\n### 2026-03-01 09:XX UTC - Earlier\n- y\n";
    let order = order(steps, log);
    let rules = rules_of(&order);
    let expected = [
        UNATTESTED.id,
        UNATTESTED.id,
        UNATTESTED.id,
        DONE_WITH_OPEN_ITEMS.id,
        OPEN_WITH_ALL_TICKED.id,
        DONE_WITHOUT_ITEMS.id,
        STATUS_UNSIGNED.id,
        LOG_OUT_OF_ORDER.id,
        TIME_IMPRECISE.id,
    ];
    assert_eq!(rules, expected);
}

#[test]
fn a_completed_order_with_open_steps_and_no_signature_is_found() {
    let mut order = order("### Step 1: One ⬜\n", "");
    order.status = Status::Completed;
    let rules = rules_of(&order);
    assert_eq!(rules, [COMPLETED_WITH_OPEN_STEPS.id, STATUS_UNSIGNED.id]);
}

#[test]
fn a_record_from_the_future_is_found() {
    let order = order("### Step 1: One ⬜\n", "### 2027-01-01 10:00 UTC - Later\n- x\n");
    assert_eq!(rules_of(&order), [STATUS_UNSIGNED.id, TIME_IN_FUTURE.id]);
}

#[test]
fn an_attested_or_recorded_tick_is_no_finding() {
    let mut order = order("### Step 1: One ✅\n- [x] a\n", "");
    order.steps[0].items[0].ticks.0[0].how = TickHow::Recorded;
    assert_eq!(rules_of(&order), [STATUS_UNSIGNED.id], "only the state is the file's word");
    order.status = Status::Draft;
    assert!(rules_of(&order).is_empty());
}

#[test]
fn every_state_but_draft_is_unsigned_until_somebody_here_moved_it_there() {
    for status in Status::ALL {
        let mut order = order("### Step 1: One ✅\n", "");
        order.status = status;
        let finds = |order: &Order| rules_of(order).contains(&STATUS_UNSIGNED.id.to_owned());
        assert_eq!(finds(&order), status != Status::Draft, "{status:?}");
        order.transitions.push(moved(status));
        assert!(!finds(&order), "{status:?}");
    }
}

#[test]
fn what_was_found_in_the_file_stands_until_the_order_moves_here() {
    let mut order = order("### Step 1: One ✅\n- [x] a\n- [ ] b\n", "");
    order.findings = find(&order, NOW);
    // What taking it over does: a draft, whose steps are open.
    (order.status, order.steps[0].state) = (Status::Draft, StepState::Open);
    let rules = |order: &Order| standing(order, NOW).into_iter().map(|it| it.rule).collect::<Vec<_>>();
    assert_eq!(rules(&order), [UNATTESTED.id, DONE_WITH_OPEN_ITEMS.id, STATUS_UNSIGNED.id]);
    // A tick that is taken back or attested is unattested no more, whatever was found then.
    order.steps[0].items[0].ticks.0.clear();
    assert_eq!(rules(&order), [DONE_WITH_OPEN_ITEMS.id, STATUS_UNSIGNED.id]);
    order.status = Status::Submitted;
    order.transitions.push(moved(Status::Submitted));
    assert!(rules(&order).is_empty(), "{:?}", rules(&order));
}

fn moved(to: Status) -> TransitionRecord {
    let by = Who { id: "sam".to_owned(), kind: foundation::ActorKind::Human, name: "Sam".to_owned() };
    TransitionRecord {
        id: Transition::Submit,
        from: Status::Draft,
        to,
        by,
        at: NOW,
        reason: String::new(),
        event: "ev".to_owned(),
    }
}

#[test]
fn the_fixture_contradicts_itself_where_it_should() {
    let order = read(include_str!("../read/fixture.md")).unwrap().into_order(&mut ids("id")).unwrap();
    let findings = find(&order, NOON);
    let of = |rule: &str| {
        findings.iter().filter(|it| it.rule == rule).map(|it| it.subject.clone()).collect::<Vec<_>>()
    };
    let step = |n: usize| Subject::Step(order.steps[n].id.clone());
    assert_eq!(of("log_waits_for_ticked"), [step(0), Subject::Item(order.steps[0].items[2].id.clone())]);
    assert_eq!(of("tick_unattested"), [step(0), step(1), step(2)]);
    assert_eq!(of("step_done_without_items"), [step(1)]);
    assert_eq!(of("time_imprecise"), [Subject::LogEntry(order.log[1].id.clone())]);
    assert_eq!(of("status_unsigned"), [Subject::Order]);
    assert_eq!(findings.len(), 8, "{findings:?}");
}

#[test]
fn the_shared_seed_speaks_against_itself() {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let folder = std::env::var_os("TRACEWRIGHT_SHARED").map_or(beside, PathBuf::from);
    let Ok(text) = std::fs::read_to_string(folder.join("seeds/WO-2026-001.md")) else {
        println!("skipped: no shared folder with seeds/WO-2026-001.md");
        return;
    };
    let order = parsed(&text);
    let findings = find(&order, NOW);
    let waits: Vec<&Subject> =
        findings.iter().filter(|it| it.rule == "log_waits_for_ticked").map(|it| &it.subject).collect();
    let (step, item) = (&order.steps[0], &order.steps[0].items[3]);
    assert_eq!(waits, [&Subject::Step(step.id.clone()), &Subject::Item(item.id.clone())]);
}
