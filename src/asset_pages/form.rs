//! The form of an asset: a new one, or what is said of one that is there.

use actix_web::HttpRequest;
use actix_web::web::{Data, Path};
use askama::Template;

use crate::assets::actions::change::change as change_facts;
use crate::assets::actions::create::{NewAsset, create as create_asset};
use crate::assets::merge::merge;
use crate::assets::model::{Criticality, Facts};
use crate::assets::reads::{self, Choices, choices};
use crate::foundation::{Asker, Error, FieldErrors, Result};
use crate::state::App;
use crate::web::error::Problem;
use crate::web::page::{show as show_page, show_with};
use crate::web::{Form, Principal, Shell, WebError, WebResult, flash, see_other};

#[derive(Template)]
#[template(path = "assets/form.html")]
struct FormPage {
    shell: Shell,
    /// The code of the asset that is changed; empty for a new one.
    code: String,
    given: Given,
    choices: Choices,
    errors: FieldErrors,
}

/// What was typed.
struct Given {
    code: String,
    parent: String,
    criticality: String,
    facts: Facts,
    /// What stood there when the form was made; none for a new asset.
    was: Option<Facts>,
}

impl Given {
    fn of(form: &Form) -> Self {
        let text = |name: &str| form.raw(name).to_owned();
        let facts = Facts {
            name: text("name"),
            criticality: Criticality::read(form.text("criticality")).unwrap_or_default(),
            kind: text("kind"),
            place: text("place"),
            maker: text("maker"),
            model: text("model"),
            serial: text("serial"),
            // Browsers send line ends of two characters.
            notes: text("notes").replace("\r\n", "\n"),
        };
        let was = serde_json::from_str(form.raw("was")).ok();
        Self { code: text("code"), parent: text("parent"), criticality: text("criticality"), facts, was }
    }

    /// Refuses a letter that is none of ours.
    fn facts(&self) -> Result<Facts> {
        match Criticality::read(&self.criticality) {
            Some(_) => Ok(self.facts.clone()),
            None => Err(Error::invalid("criticality", "expected A, B or C")),
        }
    }
}

impl FormPage {
    fn is_new(&self) -> bool {
        self.code.is_empty()
    }

    fn action(&self) -> String {
        if self.is_new() { "/assets/new".to_owned() } else { format!("/assets/{}/edit", self.code) }
    }

    /// The letters with their meanings, the most usual first, and which is chosen.
    fn criticalities(&self) -> Vec<(&'static str, String, bool)> {
        let chosen = self.given.facts.criticality;
        let all = Criticality::ALL.into_iter().rev();
        all.map(|it| (it.as_str(), format!("{}: {}", it.as_str(), it.words()), it == chosen)).collect()
    }

    /// What stood there, for the form to send back.
    fn was(&self) -> Option<String> {
        self.given.was.as_ref().and_then(|was| serde_json::to_string(was).ok())
    }

    fn back(&self) -> String {
        if self.is_new() { "/assets".to_owned() } else { format!("/assets/{}", self.code) }
    }
}

async fn page(
    request: &HttpRequest,
    app: &App,
    who: &Asker,
    code: String,
    (given, errors): (Given, FieldErrors),
) -> Result<FormPage> {
    let project = who.project;
    let choices = app.db.read(move |conn| choices(conn, project, "")).await?;
    let title = if code.is_empty() { "New asset".to_owned() } else { format!("Edit {code}") };
    Ok(FormPage { shell: Shell::of_tab(request, title, "assets"), code, given, choices, errors })
}

/// GET `/assets/new`; `?parent=CODE` fills in what it is a part of.
pub async fn new(request: HttpRequest, app: Data<App>, who: Principal) -> WebResult {
    let query = Form::parse(request.query_string().as_bytes())?;
    let given = Given { parent: query.text("parent").to_owned(), ..Given::of(&Form::default()) };
    show_page(&page(&request, &app, &who, String::new(), (given, FieldErrors::default())).await?)
}

/// POST `/assets/new`: `code`, `name`, `parent`, `criticality`, `kind`, `place`, `maker`, `model`, `serial`, `notes`.
pub async fn create(request: HttpRequest, app: Data<App>, who: Principal, form: Form) -> WebResult {
    let given = Given::of(&form);
    let made = match given.facts() {
        Ok(facts) => {
            let new = NewAsset { code: given.code.clone(), facts, parent: given.parent.clone() };
            create_asset(&app, &who, new).await
        }
        Err(cause) => Err(cause),
    };
    match made {
        Ok(code) => {
            let words = format!("Asset {code} is on the list. Print its label, or say what is measured.");
            Ok(flash::good(see_other(format!("/assets/{code}")), &words))
        }
        Err(Error::Invalid(errors)) => again(&request, &app, &who, String::new(), (given, errors)).await,
        Err(other) => Err(WebError(other)),
    }
}

/// GET `/assets/{code}/edit`.
pub async fn edit(request: HttpRequest, app: Data<App>, who: Principal, code: Path<String>) -> WebResult {
    let (project, code) = (who.project, code.into_inner());
    let asset = app.db.read(move |conn| reads::get(conn, project, &code)).await?;
    let facts = asset.facts();
    let given = Given {
        code: asset.code.clone(),
        parent: String::new(),
        criticality: facts.criticality.as_str().to_owned(),
        was: Some(facts.clone()),
        facts,
    };
    show_page(&page(&request, &app, &who, asset.code, (given, FieldErrors::default())).await?)
}

/// POST `/assets/{code}/edit`: the fields of a new one but its code and parent, and `was`, what stood there when they were
/// shown, as JSON.
pub async fn change(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    code: Path<String>,
    form: Form,
) -> WebResult {
    let (given, code) = (Given::of(&form), code.into_inner());
    let changed = match given.facts() {
        Ok(facts) => change_facts(&app, &who, &code, facts, given.was.clone()).await,
        Err(cause) => Err(cause),
    };
    match changed {
        Ok(is_different) => {
            let words = if is_different { "Saved." } else { "Nothing was different." };
            Ok(flash::good(see_other(format!("/assets/{code}")), words))
        }
        Err(Error::Invalid(errors)) => {
            let said = with_news(&app, &who, &code, (given, errors)).await?;
            again(&request, &app, &who, code, said).await
        }
        Err(other) => Err(WebError(other)),
    }
}

/// What was typed, with what somebody else changed meanwhile in the fields that were left alone. What both changed is told at its field,
/// whatever else is wrong: the next press is held against what stands there now, and writes over it.
async fn with_news(
    app: &App,
    who: &Asker,
    code: &str,
    (given, errors): (Given, FieldErrors),
) -> Result<(Given, FieldErrors)> {
    let Some(was) = given.was.as_ref() else { return Ok((given, errors)) };
    let (project, code) = (who.project, code.to_owned());
    let now = app.db.read(move |conn| reads::get(conn, project, &code)).await?.facts();
    let (facts, both) = merge(given.facts, was, &now);
    Ok((Given { facts, was: Some(now), ..given }, both.and(errors)))
}

async fn again(
    request: &HttpRequest,
    app: &App,
    who: &Asker,
    code: String,
    said: (Given, FieldErrors),
) -> WebResult {
    let status = Problem::of(&Error::invalid("", "")).status;
    show_with(status, &page(request, app, who, code, said).await?)
}
