//! Stating a claim from the page of a trace; what is refused comes back with everything that was typed.

use actix_web::HttpRequest;
use actix_web::web::{Data, Path};
use askama::Template;

use crate::audit::actions::{self, NewQuote, NewStatement};
use crate::audit::evidence::FIELDS;
use crate::foundation::{Error, FieldErrors, Result};
use crate::state::App;
use crate::web::error::Problem;
use crate::web::page::show_with;
use crate::web::{Form, Shell, WebResult, flash, see_other};

use super::link::{keeps_form, order_of, target_of};
use super::principal;

const ABOUT: &str = "name the place it is about: 3 for step 3, 3.2 for its second item, C1 for a criterion";

/// The fields as typed.
#[derive(Clone, Debug, Default)]
struct Typed {
    trace: String,
    observation: String,
    number: String,
    target: String,
    statement: String,
    quote: String,
    field: String,
    prefix: String,
    suffix: String,
}

#[derive(Template)]
#[template(path = "audit/state.html")]
struct Page {
    shell: Shell,
    typed: Typed,
    fields: [&'static str; 3],
    errors: FieldErrors,
    refusal: Option<String>,
}

impl Page {
    fn error(&self, field: &str) -> Option<&str> {
        self.errors.get(field)
    }
}

impl Typed {
    fn of(form: &Form, trace: String) -> Self {
        let raw = |name: &str| form.raw(name).replace("\r\n", "\n");
        let text = |name: &str| form.text(name).to_owned();
        Self {
            trace,
            observation: text("observation"),
            number: text("number"),
            target: text("target"),
            statement: raw("statement"),
            quote: raw("quote"),
            field: text("quote_field"),
            prefix: raw("quote_prefix"),
            suffix: raw("quote_suffix"),
        }
    }

    /// Whether the words quoted were read in this body; an output unless it was said.
    fn reads(&self, body: &str) -> bool {
        self.field == body || (self.field.is_empty() && body == "output")
    }

    fn quote(&self) -> NewQuote {
        NewQuote {
            trace_id: self.trace.clone(),
            observation_id: self.observation.clone(),
            field: self.field.clone(),
            exact: self.quote.clone(),
            prefix: self.prefix.clone(),
            suffix: self.suffix.clone(),
        }
    }
}

/// POST /traces/{id}/claim: words of a trace, and what they show about an order.
pub async fn state(request: HttpRequest, app: Data<App>, trace: Path<String>, form: Form) -> WebResult {
    let typed = Typed::of(&form, trace.into_inner());
    match record(&request, &app, &typed).await {
        Ok((claim, number)) => {
            Ok(flash::good(see_other(format!("/claims/{claim}")), &format!("Stated about {number}.")))
        }
        Err(cause) if keeps_form(&request, &cause)? => again(&request, typed, &cause),
        Err(cause) => Err(cause.into()),
    }
}

/// Writes the claim; its id and the number of its order.
async fn record(request: &HttpRequest, app: &App, typed: &Typed) -> Result<(String, String)> {
    let needed = |name: &str, text: &str, words: &str| {
        if text.is_empty() { Err(Error::invalid(name, words)) } else { Ok(()) }
    };
    needed("number", &typed.number, "name the work order, such as WO-2026-001")?;
    needed("target", &typed.target, ABOUT)?;
    needed("observation", &typed.observation, "name the observation whose words you quote")?;
    let order = order_of(request, app, &typed.number).await?;
    let target = target_of(&order, &typed.target)?.ok_or_else(|| Error::invalid("target", ABOUT))?;
    let text = typed.statement.clone();
    let new = NewStatement { order_id: order.id.clone(), target, text, quote: typed.quote() };
    let who = principal(request)?;
    let claim = actions::state(app, &who, new).await?;
    Ok((claim, order.number.to_string()))
}

fn again(request: &HttpRequest, typed: Typed, cause: &Error) -> WebResult {
    let (errors, refusal) = match cause {
        Error::Invalid(errors) => (errors.clone(), None),
        other => (FieldErrors::default(), Some(other.to_string())),
    };
    let shell = Shell::of(request, "Claim from these words", "traces");
    show_with(Problem::of(cause).status, &Page { shell, typed, fields: FIELDS, errors, refusal })
}
