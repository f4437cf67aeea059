//! An agent tries every command in every state: wherever the table says never, the refusal names a rule.

use super::agents::{beat, claim, delegate, give_back, let_on, of_sam, rule, stop};
use super::*;
use crate::delegation::DelegationEvent;
use foundation::{Grant, permission};

/// Every command there is, each as right as it can be.
fn every_command() -> Vec<Command> {
    let mut other = plan();
    other.description = "changed".to_owned();
    let reason = || "a good reason".to_owned();
    let mut commands = vec![
        edit(other, "a good reason"),
        Command::Assign { assignee: Some(assignee("worker", ActorKind::Human)) },
        tick(item("i2")),
        Command::Answer { item: "i2".into(), given: "pass".into(), note: reason() },
        Command::Arrive { item: "i2".into(), code: "P-101".into() },
        Command::SignItem {
            item: "i2".into(),
            note: String::new(),
            proof: Some(samples::proof()),
            expected_version: None,
        },
        Command::SkipItem { item: "i2".into(), reason: reason() },
        undo(item("i1"), "a good reason"),
        Command::Attest { target: item("i1"), note: reason() },
        Command::MarkStep {
            step: "s1".into(),
            state: StepState::NotApplicable { reason: reason() },
            reason: String::new(),
        },
        Command::MarkStep {
            step: "s1".into(),
            state: StepState::Flagged { reason: reason() },
            reason: String::new(),
        },
        Command::Amend { about: None, text: "x".into(), reason: reason() },
        Command::PassBlock { order: "o2".into(), reason: reason() },
        Command::SignOn,
        Command::SignOff { account: "worker".into(), reason: reason() },
        Command::Release { target: item("i1"), reason: reason() },
        Command::AddLog { title: "t".into(), lines: vec![], kind: None, corrects: None },
        Command::AddComment { text: "c".into() },
        Command::AcknowledgeSafety { version: 1 },
        Command::RenewApproval { note: String::new(), proof: Some(samples::proof()), expected_version: None },
        Command::SetMateriality { target: item("i2"), materiality: Materiality::Critical },
        Command::Gather(Gather::StartTimer),
        claim(None),
        beat(),
        give_back(),
        stop("bot"),
        let_on("bot"),
        delegate(Delegate::AskPerson(NewQuestion { text: "?".into(), ..NewQuestion::default() })),
        delegate(Delegate::AnswerQuestion { question: "q1".into(), answer: "yes".into() }),
    ];
    commands.extend(Status::ALL.map(|to| {
        Command::Move(MoveTo {
            to,
            reason: reason(),
            hold: Some(HoldCode::Person),
            outcome: Some(Outcome::Partial),
            proof: Some(samples::proof()),
            expected_version: None,
        })
    }));
    commands
}

#[test]
fn an_agent_that_tries_everything_everywhere_is_refused_with_a_rule_wherever_the_table_says_never() {
    let mut refused = 0;
    for status in Status::ALL {
        for command in every_command() {
            let mut order = at(status);
            order.assignee = Some(assignee("bot", ActorKind::Agent));
            // Somebody else's tick, question and isolation, so that each command has what it is about.
            let meta = samples::meta(&person("worker"));
            for event in [
                OrderEvent::ItemTicked { item: "i1".into(), tick: "t1".into() },
                DelegationEvent::QuestionAsked {
                    question: "q1".into(),
                    text: "?".into(),
                    choices: vec![],
                    about: None,
                }
                .into(),
            ] {
                fold::apply(&mut order, &event, &meta);
            }
            order.status = status;
            for roles in [vec![Role::Agent], Role::ALL.to_vec()] {
                let asker = samples::asking(&agent("bot"), &roles);
                let verb = verb_of(&order, &command, "bot");
                let result = decide(&order, command.clone(), &asker, &of_sam("bot", NOON), &mut ids("n"));
                let what = format!("{status:?} {command:?} {result:?}");
                if permission::may(&[Role::Agent], verb) == Grant::Never {
                    let rule = rule(&result);
                    assert!(result.is_err() && rule.is_some(), "{what}");
                    assert!(!result.unwrap_err().refusal().unwrap().lift.is_empty(), "{what}");
                    refused += 1;
                } else if let Err(why @ Error::Forbidden(_)) = result {
                    assert!(why.refusal().is_some(), "{what}");
                }
            }
        }
    }
    assert!(refused > 200, "{refused}");
}
