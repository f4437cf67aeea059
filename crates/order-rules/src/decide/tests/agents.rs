//! Agents as technicians: claims under any interleaving, questions and decisions.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use foundation::{Asker, Timestamp, TraceContext};

const SECOND: i64 = 1_000_000;

/// The facts about an agent of Sam's.
pub(super) fn of_sam(id: &str, now: Timestamp) -> Facts {
    let mut facts = Facts { now, ..facts(&agent(id)) };
    facts.people.unit = foundation::Unit::of(id, [(id, "worker")]);
    facts.people.answering = vec![Who::from(&person("worker"))];
    facts
}

pub(super) fn delegate(asked: Delegate) -> Command {
    Command::Delegate(asked)
}

pub(super) fn claim(lease_seconds: Option<u32>) -> Command {
    delegate(Delegate::ClaimWork { lease_seconds })
}

pub(super) fn stop(account: &str) -> Command {
    delegate(Delegate::StopAgent { account: account.to_owned(), reason: "it goes astray".to_owned() })
}

pub(super) fn let_on(account: &str) -> Command {
    delegate(Delegate::LiftStop { account: account.to_owned() })
}

pub(super) fn beat() -> Command {
    delegate(Delegate::Heartbeat)
}

pub(super) fn give_back() -> Command {
    delegate(Delegate::ReleaseClaim { reason: String::new() })
}

/// An order with two agents of one person, and the time.
struct Scene {
    order: Order,
    now: Timestamp,
}

impl Scene {
    fn new() -> Self {
        Self { order: at(Status::InProgress), now: NOON }
    }

    fn asker(who: &str) -> Asker {
        match who {
            "bot" | "ada" => samples::asking(&agent(who), &[Role::Agent]),
            "boss" => samples::asking(&person(who), &[Role::Supervisor]),
            other => samples::asking(&person(other), &[Role::Technician]),
        }
    }

    fn facts(&self, who: &str) -> Facts {
        let asker = Self::asker(who);
        if asker.is_agent() { of_sam(who, self.now) } else { Facts { now: self.now, ..facts(&asker.actor) } }
    }

    fn ask(&mut self, who: &str, command: Command) -> Result<Vec<OrderEvent>> {
        let asker = Self::asker(who);
        let (prefix, mut count) = (format!("{who}-{}", self.order.version), 0);
        let mut new_id = || {
            count += 1;
            format!("{prefix}-{count}")
        };
        let events = decide(&self.order, command, &asker, &self.facts(who), &mut new_id)?;
        for event in &events {
            let meta = EventMeta::of(&asker.actor, self.now, format!("ev-{}", self.order.version));
            fold::apply(&mut self.order, event, &meta);
        }
        Ok(events)
    }

    fn wait(&mut self, seconds: i64) {
        self.now = self.now.plus_micros(seconds * SECOND);
    }

    fn live(&self) -> Option<String> {
        self.order.delegation.live(self.now).map(|claim| claim.agent.id.clone())
    }
}

pub(super) fn rule(result: &Result<Vec<OrderEvent>>) -> Option<&'static str> {
    result.as_ref().err().and_then(|why| why.refusal()).map(|it| it.rule)
}

#[test]
fn one_agent_works_at_a_time_and_a_lease_ends_by_itself() {
    let mut scene = Scene::new();
    assert_eq!(kinds(&scene.ask("bot", claim(None))), ["work_order.claimed.v1"]);
    let held = scene.order.delegation.standing().cloned().unwrap();
    assert_eq!((held.accountable.id.as_str(), held.until), ("worker", NOON.plus_micros(300 * SECOND)));
    let second = scene.ask("ada", claim(None));
    assert_eq!(rule(&second), Some("R41"));
    assert!(refusal(second).contains(&held.until.to_rfc3339()), "and it says until when");
    assert_eq!(kinds(&scene.ask("bot", claim(None))), Vec::<&str>::new(), "the same claim is one claim");
    scene.wait(300);
    assert_eq!(scene.live(), None, "nobody did anything, and it is stale");
    assert_eq!(rule(&scene.ask("bot", beat())), Some("R41"));
    let taken_over = scene.ask("ada", claim(Some(60)));
    assert!(matches!(&taken_over.unwrap()[0],
        OrderEvent::Delegated(crate::delegation::DelegationEvent::Claimed { lapsed: Some(old), .. }) if old.is("bot")));
    assert_eq!(scene.order.delegation.claims[0].ended.as_ref().unwrap().how, Ending::Lapsed);
    assert_eq!(scene.live().as_deref(), Some("ada"));
}

#[test]
fn a_sign_is_recorded_once_less_than_half_of_the_lease_is_left() {
    let mut scene = Scene::new();
    scene.ask("bot", claim(Some(600))).unwrap();
    scene.wait(300);
    assert_eq!(kinds(&scene.ask("bot", beat())), Vec::<&str>::new());
    scene.wait(1);
    assert_eq!(kinds(&scene.ask("bot", beat())), ["work_order.claim_renewed.v1"]);
    scene.wait(500);
    let ticked = scene.ask("bot", tick(item("i2")));
    assert_eq!(
        kinds(&ticked),
        ["work_order.claim_renewed.v1", "work_order.item_ticked.v1"],
        "what it does is a sign"
    );
    assert_eq!(scene.order.delegation.standing().unwrap().seen, scene.now);
    assert_eq!(kinds(&scene.ask("bot", give_back())), ["work_order.claim_released.v1"]);
    assert_eq!(rule(&scene.ask("bot", beat())), Some("R41"));
    for lease in [0, 59, 1_801, u32::MAX] {
        assert!(matches!(scene.ask("bot", claim(Some(lease))), Err(Error::Invalid(_))), "{lease}");
    }
}

#[test]
fn the_first_act_of_whoever_has_the_work_claims_it() {
    let mut scene = Scene::new();
    scene.order = at(Status::Approved);
    scene.order.started = false;
    scene.order.assignee = Some(assignee("bot", ActorKind::Agent));
    scene.order.safety.notes.clear();
    assert_eq!(
        kinds(&scene.ask("bot", tick(item("i2")))),
        ["work_order.claimed.v1", "work_order.transitioned.v1", "work_order.item_ticked.v1"]
    );
    let mut theirs = Scene::new();
    let unclaimed = theirs.ask("bot", tick(item("i2")));
    assert_eq!(rule(&unclaimed), Some("R41"), "whoever works for a person says so first: {unclaimed:?}");
    theirs.ask("bot", claim(Some(60))).unwrap();
    theirs.wait(61);
    let lapsed = theirs.ask("bot", tick(item("i2")));
    assert_eq!(
        kinds(&lapsed),
        ["work_order.claimed.v1", "work_order.item_ticked.v1"],
        "and goes on by itself"
    );
}

#[test]
fn what_is_given_to_others_and_what_nobody_answers_for_is_not_claimed() {
    let mut scene = Scene::new();
    scene.order.assignee = Some(assignee("somebody", ActorKind::Human));
    for command in [claim(None), beat(), give_back()] {
        let refused = scene.ask("bot", command);
        assert!(matches!(&refused, Err(Error::Forbidden(_))) && rule(&refused) == Some("R41"), "{refused:?}");
    }
    scene.order.assignee = Some(assignee("bot", ActorKind::Agent));
    scene.order.created_by = Some(Who::from(&agent("writer")));
    scene.order.delegation.assigned_by = None;
    let mut alone = scene.facts("bot");
    alone.people.answering.clear();
    let refused = decide(&scene.order, claim(None), &Scene::asker("bot"), &alone, &mut ids("n"));
    assert_eq!(rule(&refused), Some("R41"), "{refused:?}");
    let human = scene.ask("worker", claim(None));
    assert!(matches!(human, Err(Error::Forbidden(_))), "people need no claim");
}

#[test]
fn what_ends_the_work_ends_the_claim() {
    let hold = || {
        Command::Move(MoveTo {
            to: Status::OnHold,
            reason: "waiting for keys".into(),
            hold: Some(HoldCode::Credentials),
            outcome: None,
            proof: None,
            expected_version: None,
        })
    };
    let mut held = Scene::new();
    held.ask("bot", claim(None)).unwrap();
    held.ask("worker", hold()).unwrap();
    assert_eq!(held.order.delegation.claims[0].ended.as_ref().unwrap().how, Ending::Moved);
    assert_eq!(rule(&held.ask("bot", claim(None))), Some("R41"), "and there is none to claim on hold");
    let mut given = Scene::new();
    given.ask("bot", claim(None)).unwrap();
    given.ask("boss", Command::Assign { assignee: Some(assignee("worker", ActorKind::Human)) }).unwrap();
    assert!(given.live().is_some(), "the same person has it");
    given.ask("boss", Command::Assign { assignee: Some(assignee("noa", ActorKind::Human)) }).unwrap();
    assert_eq!(given.order.delegation.claims[0].ended.as_ref().unwrap().how, Ending::Reassigned);
}

#[test]
fn a_claim_changes_nothing_that_somebody_looked_at() {
    let mut scene = Scene::new();
    let seen = scene.order.version;
    scene.ask("bot", claim(Some(60))).unwrap();
    scene.wait(40);
    scene.ask("bot", beat()).unwrap();
    assert!(scene.order.version > seen && !scene.order.has_moved_on(seen));
    scene.ask("bot", Command::AddComment { text: "here".into() }).unwrap();
    assert!(scene.order.has_moved_on(seen), "a comment does");
    assert!(scene.order.has_moved_on(scene.order.version + 1));
}

#[test]
fn a_person_stops_an_agent_and_lets_it_on() {
    let mut scene = Scene::new();
    scene.ask("bot", claim(None)).unwrap();
    assert!(matches!(scene.ask("stranger", stop("bot")), Err(Error::Forbidden(_))));
    assert!(matches!(scene.ask("ada", stop("bot")), Err(Error::Forbidden(_))), "no agent stops another");
    let bare = delegate(Delegate::StopAgent { account: "bot".to_owned(), reason: String::new() });
    assert!(matches!(scene.ask("worker", bare), Err(Error::Invalid(_))));
    scene.ask("worker", stop("bot")).unwrap();
    assert_eq!(scene.live(), None);
    for command in [claim(None), tick(item("i2")), beat(), Command::AddComment { text: "but".into() }] {
        let refused = scene.ask("bot", command);
        assert_eq!(rule(&refused), Some("R41"), "{refused:?}");
        assert!(refusal(refused).contains("it goes astray"));
    }
    assert_eq!(kinds(&scene.ask("ada", claim(None))), ["work_order.claimed.v1"], "another one may");
    assert!(matches!(scene.ask("bot", let_on("bot")), Err(Error::Refused(_))), "it does not lift it itself");
    scene.ask("boss", let_on("bot")).unwrap();
    assert_eq!(rule(&scene.ask("bot", claim(None))), Some("R41"), "Ada has it now");
    scene.ask("ada", give_back()).unwrap();
    assert!(scene.ask("bot", claim(None)).is_ok());
}

#[test]
fn evidence_comes_with_the_trace_that_a_tick_is_made_under() {
    let mut order = at(Status::InProgress);
    to_bot(&mut order);
    let mut bare = of_sam("bot", NOON);
    bare.evidence.evidenced.clear();
    let asker = Scene::asker("bot");
    let refused = decide(&order, tick(item("i2")), &asker, &bare, &mut ids("n"));
    assert_eq!(rule(&refused), Some("R41"));
    let trace = TraceContext::parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01").unwrap();
    assert!(decide(&order, tick(item("i2")), &asker.in_trace(trace), &bare, &mut ids("n")).is_ok());
}

#[test]
fn a_question_waits_for_whoever_answers() {
    let mut scene = Scene::new();
    let asked = |text: &str, choices: &[&str]| {
        let choices = choices.iter().map(|it| (*it).to_owned()).collect();
        delegate(Delegate::AskPerson(NewQuestion { text: text.to_owned(), choices, about: Some(item("i2")) }))
    };
    scene.ask("bot", claim(None)).unwrap();
    for (text, choices) in [("", vec![]), ("which?", vec!["one"]), (&"x".repeat(2_001), vec![])] {
        assert!(matches!(scene.ask("bot", asked(text, &choices)), Err(Error::Invalid(_))));
    }
    let nine: Vec<String> = (0..9).map(|n| n.to_string()).collect();
    let nine: Vec<&str> = nine.iter().map(String::as_str).collect();
    assert!(matches!(scene.ask("bot", asked("which?", &nine)), Err(Error::Invalid(_))));
    let events = scene.ask("bot", asked("Which key?", &["old", "new", "old"]));
    assert_eq!(kinds(&events), ["work_order.question_asked.v1"]);
    let question = scene.order.delegation.questions[0].clone();
    assert_eq!((question.choices.len(), question.is_open()), (2, true));
    assert!(matches!(scene.ask("bot", asked("Which key?", &[])), Err(Error::Refused(_))), "asked already");
    let say = |answer: &str| {
        delegate(Delegate::AnswerQuestion { question: question.id.clone(), answer: answer.to_owned() })
    };
    assert!(matches!(scene.ask("ada", say("new")), Err(Error::Forbidden(_))));
    assert!(matches!(scene.ask("stranger", say("new")), Err(Error::Forbidden(_))));
    assert!(matches!(scene.ask("worker", say("both")), Err(Error::Invalid(_))));
    scene.ask("worker", say("new")).unwrap();
    assert!(refusal(scene.ask("boss", say("old"))).contains("new"));
    let withdraw =
        |id: &str| delegate(Delegate::WithdrawQuestion { question: id.to_owned(), reason: String::new() });
    assert!(matches!(scene.ask("bot", withdraw(&question.id)), Err(Error::Refused(_))));
    assert!(matches!(scene.ask("bot", withdraw("none")), Err(Error::NotFound(_))));
    scene.ask("bot", asked("And where?", &[])).unwrap();
    let next = scene.order.delegation.questions[1].id.clone();
    assert!(matches!(scene.ask("stranger", withdraw(&next)), Err(Error::Forbidden(_))));
    scene.ask("bot", withdraw(&next)).unwrap();
    assert_eq!(scene.order.delegation.open_questions().count(), 0);
}

#[test]
fn decisions_are_numbered_and_each_takes_the_place_of_one() {
    let mut scene = Scene::new();
    let new = |supersedes: Option<&str>| {
        delegate(Delegate::RecordDecision(NewDecision {
            title: "Which model".to_owned(),
            decision: "The small one".to_owned(),
            reasons: "It is enough".to_owned(),
            consequences: String::new(),
            supersedes: supersedes.map(str::to_owned),
        }))
    };
    assert!(matches!(scene.ask("stranger", new(None)), Err(Error::Forbidden(_))));
    scene.ask("bot", claim(None)).unwrap();
    scene.ask("bot", new(None)).unwrap();
    scene.ask("worker", new(Some("D-1"))).unwrap();
    let made = &scene.order.delegation.decisions;
    assert_eq!(made[0].superseded_by.as_ref(), Some(&made[1].id));
    assert_eq!((made[1].name(), made[1].supersedes.as_ref()), ("D-2".to_owned(), Some(&made[0].id)));
    assert!(scene.order.performers.contains(&"bot".to_owned()), "who decides did part of the work");
    assert!(matches!(scene.ask("worker", new(Some("d-1"))), Err(Error::Invalid(_))), "its place is taken");
    assert!(matches!(scene.ask("worker", new(Some("D-9"))), Err(Error::Invalid(_))));
    let empty = delegate(Delegate::RecordDecision(NewDecision::default()));
    let Err(Error::Invalid(errors)) = scene.ask("worker", empty) else { panic!("refused") };
    assert_eq!(errors.0.len(), 3);
}

/// What somebody tries.
#[derive(Clone, Debug)]
enum Try {
    Ask(&'static str, Command),
    Wait(i64),
}

fn any_try() -> impl Strategy<Value = Try> {
    let agents = prop_oneof![Just("bot"), Just("ada")];
    let people = prop_oneof![Just("worker"), Just("boss")];
    let anybody = prop_oneof![agents.clone(), people.clone()];
    let targets = prop_oneof![Just(item("i1")), Just(item("i2")), Just(Target::Step("s2".into()))];
    let answered = |item| Command::Answer { item, given: "pass".into(), note: String::new() };
    prop_oneof![
        (agents.clone(), prop_oneof![Just(None), (60_u32..=1_800).prop_map(Some)])
            .prop_map(|(who, lease)| Try::Ask(who, claim(lease))),
        (agents.clone(), prop_oneof![Just(beat()), Just(give_back())])
            .prop_map(|(who, it)| Try::Ask(who, it)),
        (anybody.clone(), agents.clone(), any::<bool>())
            .prop_map(|(who, of, on)| Try::Ask(who, if on { let_on(of) } else { stop(of) })),
        (anybody.clone(), targets.clone()).prop_map(|(who, target)| Try::Ask(who, tick(target))),
        (anybody.clone(), targets).prop_map(|(who, target)| Try::Ask(who, undo(target, "a good reason"))),
        anybody.clone().prop_map(move |who| Try::Ask(who, answered("i2".to_owned()))),
        anybody.prop_map(|who| Try::Ask(
            who,
            Command::AddLog { title: "t".into(), lines: vec![], kind: None, corrects: None }
        )),
        (0_i64..400).prop_map(Try::Wait),
    ]
}

/// Whether it is work and not a word about claims.
fn is_work(command: &Command) -> bool {
    matches!(command, Command::Tick { .. } | Command::Answer { .. } | Command::AddLog { .. })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// Two agents and two people on one order, in any order and with any time between: one claim lives at most, a stopped
    /// agent records nothing, nobody but the holder renews, every tick of an agent stands under its live claim, and people
    /// are kept from nothing.
    #[test]
    fn claims_leases_stale_and_stop_hold_under_any_interleaving(tries in vec(any_try(), 1..60)) {
        let mut scene = Scene::new();
        for one in tries {
            let (who, command) = match one {
                Try::Wait(seconds) => {
                    scene.wait(seconds);
                    continue;
                }
                Try::Ask(who, command) => (who, command),
            };
            let is_agent = matches!(who, "bot" | "ada");
            let (before, was_live) = (scene.order.clone(), scene.live());
            let was_stopped = before.delegation.stop_of(who).is_some();
            let result = scene.ask(who, command.clone());
            let all = &scene.order.delegation;
            let standing = all.claims.iter().filter(|claim| claim.ended.is_none()).count();
            prop_assert!(standing <= 1, "two claims stand");
            let Ok(events) = &result else {
                prop_assert_eq!(&before, &scene.order, "what is refused changes nothing");
                if is_agent {
                    let held_up = was_live.is_some() && was_live.as_deref() != Some(who) && is_work(&command);
                    if was_stopped || held_up {
                        prop_assert_eq!(rule(&result), Some("R41"));
                    }
                } else if is_work(&command) {
                    // A person is refused by the work alone, never by a claim.
                    let mut alone = before.clone();
                    alone.delegation = Delegation::default();
                    let mut without = Scene { order: alone, now: scene.now };
                    prop_assert!(without.ask(who, command).is_err());
                }
                continue;
            };
            prop_assert!(!(is_agent && was_stopped && !events.is_empty()), "a stopped agent recorded something");
            if is_agent && is_work(&command) {
                let live = scene.live();
                prop_assert_eq!(live.as_deref(), Some(who), "work without a claim of its own");
                prop_assert!(was_live.is_none() || was_live.as_deref() == Some(who), "work in another's way");
            }
            let renews = |event: &OrderEvent| event.kind() == "work_order.claim_renewed.v1";
            if events.iter().any(renews) {
                prop_assert_eq!(was_live.as_deref(), Some(who), "only the holder of a live claim renews it");
            }
            if let Some(live) = all.live(scene.now) {
                prop_assert!(all.stop_of(&live.agent.id).is_none(), "a stopped agent holds a claim");
                prop_assert_eq!(live.accountable.id.as_str(), "worker");
                let most = scene.now.plus_micros(1_800 * SECOND);
                prop_assert!(live.until <= most, "a lease longer than the longest");
            }
        }
    }
}
