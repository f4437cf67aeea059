//! One-time links: the first owner, or a password to be set.

use actix_web::HttpRequest;
use actix_web::web::{Data, Path};
use askama::Template;

use crate::foundation::{Error, FieldErrors, Result};
use crate::people::actions::redeem_link::Link;
use crate::people::actions::sign_in::Started;
use crate::people::forms;
use crate::people::service::{People, Visitor};
use crate::web::page::show_with;
use crate::web::{Form, Shell, WebResult};

#[derive(Template)]
#[template(path = "people/set_up.html")]
struct SetUpPage {
    shell: Shell,
    token: String,
    /// The person whose password is set; none for the first owner.
    person: Option<String>,
    /// The project the settings already made.
    project: Option<String>,
    form: Form,
    errors: FieldErrors,
}

/// GET /setup/{token}
pub(in crate::people) async fn show(
    request: HttpRequest,
    people: Data<People>,
    token: Path<String>,
) -> WebResult {
    page(&request, &people, &token, Form::default(), FieldErrors::default()).await
}

/// POST /setup/{token}
pub(in crate::people) async fn redeem(
    request: HttpRequest,
    people: Data<People>,
    token: Path<String>,
    form: Form,
) -> WebResult {
    match act(&people, &token, &form, &Visitor::of(&request)).await {
        Ok(started) => Ok(super::enter_with(&people, &started, "/")),
        Err(error) => {
            let errors = super::mendable(error)?;
            page(&request, &people, &token, form, errors).await
        }
    }
}

async fn act(people: &People, token: &str, form: &Form, visitor: &Visitor) -> Result<Started> {
    let (_, link) = people.read_link(token).await?;
    if form.raw("password") != form.raw("password_again") {
        return Err(Error::invalid("password_again", "the two passwords differ"));
    }
    match link {
        Link::FirstOwner => {
            let needs_project = people.first_project().await?.is_none();
            people.create_first_owner(token, forms::new_owner(form, needs_project)?, visitor).await
        }
        Link::Password(_) => people.redeem_link(token, form.raw("password"), visitor).await,
    }
}

async fn page(
    request: &HttpRequest,
    people: &People,
    token: &str,
    form: Form,
    errors: FieldErrors,
) -> WebResult {
    let (token, link) = people.read_link(token).await?;
    let person = match link {
        Link::FirstOwner => None,
        Link::Password(account) => Some(account.name),
    };
    let project = people.first_project().await?.map(|project| project.name);
    let title = if person.is_some() { "Set your password" } else { "Set up Tracewright" };
    let shell = Shell::of(request, title, "");
    let status = super::status_of(&errors);
    show_with(status, &SetUpPage { shell, token: token.expose().to_owned(), person, project, form, errors })
}
