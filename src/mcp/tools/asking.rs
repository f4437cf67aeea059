//! Asking a person. The question stands on our pages, where the person who answers for the agent finds it; a client that can
//! put a form to its own person is asked in the same call, and whichever comes first settles it.
//!
//! What comes back through a client is the agent's word about what its person said. So it is never recorded as that person's
//! answer: the agent takes its question back and says what it was told, under its own name.

use serde_json::{Value, json};

use crate::foundation::{Error, Result};
use crate::mcp::fields::{Field, Kind};
use crate::mcp::order_json;
use crate::mcp::request_state::RequestState;
use crate::work_orders::actions::{ask_person, withdraw_question};
use crate::work_orders::decide::NewQuestion;
use crate::work_orders::model::{Order, Question};

use super::finding::ORDER;
use super::{ASKED, Answer, Asked, Effect, Tool};

/// What the reason begins with, for which a question is taken back that was answered in the agent's client.
pub const RELAYED: &str = "Answered in the agent's client, as relayed by the agent: ";

/// The longest answer that a form takes, in characters.
const MOST_CHARS: usize = 2_000;

pub(super) const TOOLS: &[Tool] = &[
    Tool {
        name: "ask_person",
        title: "Ask a person",
        about: "Asks the person who answers for you, and waits for nobody: the question stands on their first page. Where your client \
            can put a form to its own person they may answer at once; else call get_answer later.",
        fields: &[
            ORDER,
            Field::needed(
                "question",
                Kind::Text(2_000),
                "The question, so that it can be answered by whoever reads only it.",
            ),
            Field::optional(
                "choices",
                Kind::Texts(8, 200),
                "What may be answered, two or more; any words unless said.",
            ),
            Field::optional("target", Kind::Text(100), "The part that it is about."),
        ],
        effect: Effect::Adds,
        run: |asked| Box::pin(ask(asked)),
    },
    Tool {
        name: "get_answer",
        title: "Look whether a question was answered",
        about: "Reads a question that was asked on an order: whether it waits, was answered and how, or was taken back.",
        fields: &[
            ORDER,
            Field::needed("question", Kind::Text(100), "The id of the question, as ask_person gave it."),
        ],
        effect: Effect::Reads,
        run: |asked| Box::pin(get_answer(asked)),
    },
];

async fn ask(asked: Asked) -> Result<Answer> {
    if let Some(state) = asked.round.opened(asked.app(), &asked.asker) {
        return go_on(asked, state).await;
    }
    let order = asked.order().await?;
    let new = NewQuestion {
        text: asked.given.text("question"),
        choices: asked.given.texts("choices"),
        about: asked.target(&order)?,
    };
    let id = ask_person::ask_person(&asked.orders, &asked.asker, &order.id, new).await?;
    let order = asked.order().await?;
    let question = find(&order, &id)?;
    if !asked.round.can_ask {
        return Ok(standing(question));
    }
    let state = RequestState::of(&asked.asker, order.number.as_str(), &id, asked.now());
    Ok(Answer::Ask {
        message: format!("{}: {}", order.number, question.text),
        form: form(question),
        state: state.seal(&asked.app().keys.server_key),
    })
}

/// The client called again: whoever answered on our pages meanwhile came first.
async fn go_on(asked: Asked, state: RequestState) -> Result<Answer> {
    let order = asked.order().await?;
    if !order.number.as_str().eq_ignore_ascii_case(&state.order) {
        return Err(Error::invalid("order", "this requestState belongs to a question on another order"));
    }
    let question = find(&order, &state.question)?;
    let said = asked.round.said().filter(|_| question.is_open());
    let Some(said) = said else { return Ok(standing(question)) };
    check(question, &said)?;
    let reason = format!("{RELAYED}{said}");
    let taken_back = withdraw_question::withdraw_question(
        &asked.orders,
        &asked.asker,
        &order.id,
        &state.question,
        &reason,
    )
    .await;
    let order = asked.order().await?;
    let question = find(&order, &state.question)?;
    match taken_back {
        Err(cause) if question.is_open() => Err(cause),
        _ => Ok(standing(question)),
    }
}

fn check(question: &Question, said: &str) -> Result<()> {
    if !question.choices.is_empty() && !question.choices.iter().any(|choice| choice == said) {
        return Err(Error::invalid(ASKED, format!("choose one of: {}", question.choices.join(", "))));
    }
    if said.chars().count() > MOST_CHARS {
        return Err(Error::invalid(ASKED, format!("at most {MOST_CHARS} characters")));
    }
    Ok(())
}

async fn get_answer(asked: Asked) -> Result<Answer> {
    let order = asked.order().await?;
    Ok(standing(find(&order, &asked.given.text("question"))?))
}

fn find<'a>(order: &'a Order, id: &str) -> Result<&'a Question> {
    order.delegation.question(id).ok_or_else(|| Error::not_found("the question"))
}

/// The question as it stands.
fn standing(question: &Question) -> Answer {
    if let Some(said) = said_in_client(question) {
        return relayed(question, said);
    }
    let words = match (&question.reply, &question.withdrawn) {
        (Some(reply), _) => format!("{} answered: {}", reply.by.name, reply.text),
        (None, Some(withdrawn)) => {
            format!("{} took the question back. {}", withdrawn.by.marked_name(), withdrawn.reason)
        }
        (None, None) => format!("Question {} waits for its answer: call get_answer later.", question.id),
    };
    Answer::done(words, order_json::question(question))
}

/// What the agent that asked says it was told in its client.
fn said_in_client(question: &Question) -> Option<&str> {
    let withdrawn = question.withdrawn.as_ref().filter(|it| it.by.is(&question.by.id))?;
    withdrawn.reason.strip_prefix(RELAYED)
}

/// What the agent says that its client's person said.
fn relayed(question: &Question, said: &str) -> Answer {
    let mut data = order_json::question(question);
    let more = json!({ "state": "relayed", "answer": said, "answeredBy": Value::Null, "relayed": true });
    if let (Some(data), Value::Object(more)) = (data.as_object_mut(), more) {
        data.extend(more);
    }
    let words = format!(
        "Your client's person said: {said} It is recorded as relayed by you, not as anybody's own answer."
    );
    Answer::done(words, data)
}

/// The form that asks for the answer: one field, with the choices where there are some.
fn form(question: &Question) -> Value {
    let field = if question.choices.is_empty() {
        json!({ "type": "string", "title": "Answer", "minLength": 1, "maxLength": MOST_CHARS })
    } else {
        json!({ "type": "string", "title": "Answer", "enum": question.choices })
    };
    json!({ "type": "object", "properties": { ASKED: field }, "required": [ASKED] })
}
