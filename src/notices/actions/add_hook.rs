//! Add a webhook: its secret is made here, sealed before it is stored, and given back to be shown once.

use crate::db::Tx;
use crate::foundation::ids::new_id;
use crate::foundation::{Action, Asker, Error, FieldErrors, Result};
use crate::integrations::langfuse::network::{self, Reach};
use crate::notices::events;
use crate::notices::hooks::job::purpose;
use crate::notices::hooks::sign::new_secret;
use crate::notices::hooks::target::Target;
use crate::notices::kinds::Kind;
use crate::notices::store::{self, HookRow};
use crate::state::App;

/// Webhooks a project may have.
const MOST: usize = 20;
/// The longest label, in characters.
const MAX_LABEL: usize = 100;

/// A webhook as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewHook {
    pub label: String,
    pub url: String,
    /// Words of kinds.
    pub kinds: Vec<String>,
}

/// Adds it; gives its id and its secret.
pub async fn add_hook(app: &App, asker: &Asker, new: NewHook) -> Result<(String, String)> {
    asker.must(Action::ManageSources)?;
    let (label, target, kinds) = check(app, asker, &new).await?;
    let (id, secret) = (new_id(app.now()), new_secret());
    let sealed = app.keys.seal(&purpose(&id), &secret)?;
    let (ledger, project, made) = (app.ledger.clone(), asker.project, id.clone());
    let write = move |tx: &mut Tx<'_>| {
        if store::hooks_of(tx.conn, project)?.len() >= MOST {
            return Err(Error::refused(
                "A project has at most 20 webhooks; remove one that is not needed any more.",
            ));
        }
        let row = HookRow::new(project, id.clone(), &label, target.as_str(), &kinds, sealed, tx.now());
        store::insert_hook(tx.conn, &row)?;
        let added = events::added(&label, &target.origin(), &kinds);
        ledger.append_next(tx, &events::stream(project, &id), added).map(drop)
    };
    app.db.write(&asker.actor, write).await?;
    Ok((made, secret))
}

/// What was typed, read; an address out of reach is refused here and at each delivery.
pub(super) async fn check(app: &App, asker: &Asker, new: &NewHook) -> Result<(String, Target, Vec<Kind>)> {
    asker.must(Action::ManageSources)?;
    let private = app.config.pull.private_addresses;
    let mut errors = FieldErrors::default();
    let label = new.label.trim();
    if label.is_empty() || label.chars().count() > MAX_LABEL || label.chars().any(char::is_control) {
        errors.add("label", "say in at most 100 characters on one line what this webhook is for");
    }
    let kinds: Vec<Kind> =
        Kind::ALL.into_iter().filter(|kind| new.kinds.iter().any(|word| word == kind.as_str())).collect();
    if kinds.is_empty() {
        errors.add("kinds", "choose at least one kind");
    }
    let target = Target::parse(&new.url, private);
    if let Err(Error::Invalid(faults)) = &target {
        errors.0.extend(faults.0.iter().cloned());
    }
    errors.into_result()?;
    let target = target?;
    network::check(target.authority(), target.is_https(), Reach::allowed(private)).await?;
    Ok((label.to_owned(), target, kinds))
}
