//! What whoever works on an order asks a person, and the answer. A question holds nothing up by itself.

use super::super::Case;
use crate::delegation::DelegationEvent;
use crate::events::OrderEvent;
use crate::lifecycle::tie_over_agents;
use crate::model::{Question, Target, limits};
use foundation::{Action, Error, Result};

/// The longest question and the longest answer, in characters.
const MOST_CHARS: usize = 2_000;
/// The most choices of a question.
const MOST_CHOICES: usize = 8;
/// The longest choice, in characters.
const MOST_CHOICE_CHARS: usize = 200;
/// The most questions that wait at one time.
const MOST_OPEN: usize = 20;
/// The most questions of one order.
const MOST: usize = 500;

/// Something somebody wants to know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewQuestion {
    pub text: String,
    /// What may be answered; empty where any words may.
    pub choices: Vec<String>,
    /// The part it is about; none for the whole order.
    pub about: Option<Target>,
}

pub(super) fn ask(
    case: &Case<'_>,
    asked: NewQuestion,
    new_id: &mut dyn FnMut() -> String,
) -> Result<Vec<OrderEvent>> {
    if !case.may(Action::Log) {
        return Err(Error::forbidden(
            "Questions come from whoever works on the order. You may comment and speak to somebody there.",
        ));
    }
    let NewQuestion { text, choices, about } = asked;
    if about.as_ref().is_some_and(|target| case.order.ticks(target).is_none()) {
        return Err(Error::invalid("about", "this order has no such step, item or criterion"));
    }
    let (text, choices) = (checked("text", &text, "write the question")?, checked_choices(choices)?);
    let all = &case.order.delegation;
    if all.questions.len() >= MOST || all.open_questions().count() >= MOST_OPEN {
        return Err(Error::refused(format!(
            "An order takes {MOST_OPEN} open questions and {MOST} in all. Wait for the answers, or withdraw one."
        )));
    }
    if let Some(same) = all.open_questions().find(|it| it.by.is(case.asker.id()) && it.text == text) {
        return Err(Error::refused(format!("You asked this already, in question {}.", same.id)));
    }
    Ok(vec![DelegationEvent::QuestionAsked { question: new_id(), text, choices, about }.into()])
}

fn checked(field: &str, text: &str, missing: &str) -> Result<String> {
    let text = text.trim().replace("\r\n", "\n");
    if text.is_empty() {
        return Err(Error::invalid(field, missing));
    }
    if text.chars().count() > MOST_CHARS {
        return Err(Error::invalid(field, format!("at most {MOST_CHARS} characters")));
    }
    limits::check(&serde_json::json!({ "lines": text.lines().collect::<Vec<_>>() }))?;
    Ok(text)
}

/// Each once, none empty.
fn checked_choices(choices: Vec<String>) -> Result<Vec<String>> {
    let mut checked: Vec<String> = Vec::new();
    for choice in choices {
        let choice = choice.split_whitespace().collect::<Vec<_>>().join(" ");
        if choice.chars().count() > MOST_CHOICE_CHARS {
            return Err(Error::invalid(
                "choices",
                format!("a choice has at most {MOST_CHOICE_CHARS} characters"),
            ));
        }
        if !choice.is_empty() && !checked.contains(&choice) {
            checked.push(choice);
        }
    }
    if checked.len() > MOST_CHOICES {
        return Err(Error::invalid("choices", format!("at most {MOST_CHOICES} choices")));
    }
    if checked.len() == 1 {
        return Err(Error::invalid("choices", "one choice is none: give two or more, or leave them out"));
    }
    limits::check(&serde_json::json!({ "choices": checked }))?;
    Ok(checked)
}

pub(super) fn answer(case: &Case<'_>, question: String, answer: &str) -> Result<Vec<OrderEvent>> {
    let tie = tie_over_agents(case.order, &case.asker.actor);
    if !case.asker.is_person() || !case.asker.may_for(Action::AnswerQuestion, &tie) {
        return Err(Error::forbidden(
            "A question is answered by whoever answers for the agent, has the work assigned or supervises it.",
        ));
    }
    let asked = open(case, &question)?;
    let answer = checked("answer", answer, "say what the answer is")?;
    if !asked.choices.is_empty() && !asked.choices.contains(&answer) {
        return Err(Error::invalid("answer", format!("choose one of: {}", asked.choices.join(", "))));
    }
    Ok(vec![DelegationEvent::QuestionAnswered { question, answer }.into()])
}

pub(super) fn withdraw(case: &Case<'_>, question: String, reason: String) -> Result<Vec<OrderEvent>> {
    let refused = || Error::forbidden("A question is withdrawn by whoever asked it or by a supervisor.");
    let may_all = case.may(Action::UndoOthersTick);
    if !may_all && !case.may(Action::Log) {
        return Err(refused());
    }
    if !open(case, &question)?.by.is(case.asker.id()) && !may_all {
        return Err(refused());
    }
    limits::check(&serde_json::json!({ "reason": reason }))?;
    Ok(vec![DelegationEvent::QuestionWithdrawn { question, reason }.into()])
}

fn open<'a>(case: &Case<'a>, id: &str) -> Result<&'a Question> {
    let asked = case.order.delegation.question(id).ok_or_else(|| Error::not_found("the question"))?;
    match (&asked.reply, &asked.withdrawn) {
        (Some(reply), _) => {
            Err(Error::refused(format!("{} answered this already: {}", reply.by.name, reply.text)))
        }
        (_, Some(withdrawn)) => Err(Error::refused(format!("{} withdrew this question.", withdrawn.by.name))),
        _ => Ok(asked),
    }
}
