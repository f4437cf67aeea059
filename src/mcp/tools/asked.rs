//! A call of a tool with everything it may need: who calls, what was given, and what came of an earlier round.

use serde_json::{Map, Value, json};

use crate::db::AnyConnection;
use crate::foundation::{Asker, Error, Result, Timestamp};
use crate::ledger::Event;
use crate::mcp::fields::Given;
use crate::mcp::order_json;
use crate::mcp::refusals;
use crate::mcp::request_state::RequestState;
use crate::state::App;
use crate::work_orders::model::{Order, Resolved, Target};
use crate::work_orders::{Orders, reads};

use super::{ASKED, Answer};

/// Who calls, on which service.
#[derive(Clone)]
pub struct Whoever {
    pub orders: Orders,
    pub asker: Asker,
}

impl Whoever {
    /// Reads for whoever calls.
    pub async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&mut AnyConnection, &Asker) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let who = self.asker.clone();
        self.orders.app.db.read(move |conn| read(conn, &who)).await
    }
}

/// A call.
#[derive(Clone)]
pub struct Asked {
    pub orders: Orders,
    pub asker: Asker,
    pub given: Given,
    pub round: Round,
}

/// What the client can, and what it brought from an earlier round of the same call.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Round {
    /// Whether it can put a form to its person.
    pub can_ask: bool,
    /// `requestState`, as it came back.
    pub state: Option<String>,
    /// `inputResponses`.
    pub responses: Map<String, Value>,
}

impl Round {
    /// Whether this goes on with an earlier one.
    pub fn is_further(&self) -> bool {
        self.state.is_some() || !self.responses.is_empty()
    }

    /// Whether it says so without a state of ours.
    pub fn is_forged(&self, by: &Whoever) -> bool {
        self.is_further() && self.opened(&by.orders.app, &by.asker).is_none()
    }

    /// The state, where it is ours and not over.
    pub fn opened(&self, app: &App, asker: &Asker) -> Option<RequestState> {
        RequestState::open(self.state.as_deref()?, &app.keys.server_key, asker, app.now())
    }

    /// What the client's person said, where they said something: the field `answer` of the form.
    pub fn said(&self) -> Option<String> {
        let response = self.responses.get(ASKED)?;
        let accepted = response.get("action").and_then(Value::as_str) == Some("accept");
        let said = response.get("content")?.get(ASKED)?.as_str()?.trim();
        (accepted && !said.is_empty()).then(|| said.to_owned())
    }
}

impl Asked {
    /// The application.
    pub fn app(&self) -> &App {
        &self.orders.app
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        self.orders.app.now()
    }

    /// Reads for whoever calls.
    pub async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&mut AnyConnection, &Asker) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        Whoever { orders: self.orders.clone(), asker: self.asker.clone() }.read(read).await
    }

    /// The order that the argument `order` names, for whoever may see it.
    pub async fn order(&self) -> Result<Order> {
        let number = self.given.text("order");
        self.read(move |conn, who| visible(conn, who, &number)).await
    }

    /// The same, refused where it is not the version that the argument `expected_version` says was seen.
    pub async fn order_as_seen(&self) -> Result<Order> {
        let order = self.order().await?;
        match self.given.whole("expected_version") {
            Some(expected) if order.has_moved_on(expected) => {
                Err(Error::Conflict { what: order.number.to_string().into(), expected, found: order.version })
            }
            _ => Ok(order),
        }
    }

    /// The part that the argument `target` names: `item:ID`, `3.2`, `C1` or `WO-2026-001/3.2`; none where it was left out or
    /// names the order itself.
    pub fn target(&self, order: &Order) -> Result<Option<Target>> {
        let Some(named) = self.given.some("target") else { return Ok(None) };
        match order.resolve(&named) {
            Some(Resolved::Order) => return Ok(None),
            Some(Resolved::Part(target)) => return Ok(Some(target)),
            None => {}
        }
        let known = order.resolve_part(&named);
        let wrong = "this order has no such step, item or criterion; get_order lists them";
        known.map(Some).ok_or_else(|| Error::invalid("target", wrong))
    }

    /// The same where it must be there.
    pub fn some_target(&self, order: &Order) -> Result<Target> {
        self.target(order)?.ok_or_else(|| Error::invalid("target", "name the step, item or criterion"))
    }

    /// What a call did: the words, the events with the addresses of their proofs, and how the order stands now.
    pub async fn told(&self, words: impl Into<String>, events: &[Event], more: Value) -> Result<Answer> {
        let number = self.given.text("order").to_uppercase();
        let events: Vec<Value> = events.iter().map(|event| event_json(&number, event)).collect();
        let mut data = json!({ "order": number, "events": events });
        // Whoever gave it back may see it no more; what was done is told all the same.
        let mut words: String = words.into();
        let status = match self.order().await {
            Ok(order) => {
                let (number, label) = (&order.number, order.status.label().to_lowercase());
                words.push_str(&format!(" {number} is {label} (version {}).", order.version));
                order_json::status(&order, &self.asker, self.now())
            }
            Err(Error::NotFound(_)) => Value::Null,
            // It is done and recorded: a refusal would have it done twice.
            Err(cause) => {
                refusals::log(&cause);
                words.push_str(" How the order stands now cannot be read at the moment: call read_status.");
                Value::Null
            }
        };
        for part in [status, more] {
            if let (Some(data), Value::Object(part)) = (data.as_object_mut(), part) {
                data.extend(part);
            }
        }
        Ok(Answer::done(words, data))
    }
}

/// The order with this number, for whoever may see it; for others there is none.
pub fn visible(conn: &mut AnyConnection, who: &Asker, number: &str) -> Result<Order> {
    let row = reads::visible(conn, who, number)?;
    reads::load(conn, who.project, &row.order_id, None)
}

fn event_json(number: &str, event: &Event) -> Value {
    json!({ "event": event.id, "kind": event.kind, "proof": format!("proof://{number}/{}", event.id) })
}
