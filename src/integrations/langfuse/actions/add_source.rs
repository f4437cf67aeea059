//! Add a Langfuse server as a source; its secret is sealed before it is stored, and its schedule begins.

use crate::db::Tx;
use crate::foundation::ids::new_id;
use crate::foundation::{Action, Asker, Error, FieldErrors, Result};
use crate::integrations::langfuse::events;
use crate::integrations::langfuse::job::{self, KIND, Payload};
use crate::integrations::langfuse::model::Address;
use crate::integrations::langfuse::network::{self, Reach};
use crate::integrations::langfuse::store::{self, SourceRow};
use crate::jobs::{self, When};
use crate::state::App;

/// Sources a project may have.
const MAX_SOURCES: usize = 20;
/// The longest label, in characters.
const MAX_LABEL: usize = 100;
/// The longest half of a key pair, in bytes.
const MAX_KEY: usize = 200;
/// The shortest and longest time between two pulls, in minutes.
const MINUTES: std::ops::RangeInclusive<i64> = 1..=10_080;

/// A source as typed.
pub struct NewSource {
    pub label: String,
    pub url: String,
    pub public_key: String,
    pub secret_key: String,
    /// Minutes between two pulls; empty for by hand only.
    pub every_minutes: String,
}

/// Adds it and gives its id.
pub async fn add_source(app: &App, asker: &Asker, new: NewSource) -> Result<String> {
    asker.must(Action::ManageSources)?;
    let (address, every_minutes) = check(&new)?;
    let reach = Reach::allowed(app.config.pull.private_addresses);
    network::check(address.authority(), !address.is_open_wire(), reach).await?;
    let id = new_id(app.now());
    let row = SourceRow {
        project: asker.project,
        label: new.label.trim().to_owned(),
        url: address.as_str().to_owned(),
        public_key: new.public_key.trim().to_owned(),
        sealed_secret: app.keys.seal(&job::purpose(&id), new.secret_key.trim())?,
        every_minutes,
        created_at: app.now(),
        id: id.clone(),
    };
    let ledger = app.ledger.clone();
    app.db
        .write(&asker.actor, move |tx| {
            refuse_doubles(tx, &row)?;
            store::insert_source(tx, &row)?;
            begin_schedule(tx, &row)?;
            ledger.append_next(tx, &events::stream(row.project, &row.id), events::added(&row))?;
            Ok(())
        })
        .await?;
    Ok(id)
}

fn check(new: &NewSource) -> Result<(Address, Option<i64>)> {
    let mut errors = FieldErrors::default();
    let label = new.label.trim();
    if label.is_empty() || label.chars().count() > MAX_LABEL {
        errors.add("label", "say in at most 100 characters what this source is");
    }
    for (name, key) in [("public_key", &new.public_key), ("secret_key", &new.secret_key)] {
        let key = key.trim();
        let fits = !key.is_empty() && key.len() <= MAX_KEY && key.chars().all(|c| c.is_ascii_graphic());
        if !fits || (name == "public_key" && key.contains(':')) {
            errors.add(name, "paste the key as Langfuse shows it");
        }
    }
    let every = match new.every_minutes.trim() {
        "" => None,
        text => text.parse().ok().filter(|minutes| MINUTES.contains(minutes)).or_else(|| {
            errors.add("every_minutes", "1 to 10080 minutes, or nothing for by hand only");
            None
        }),
    };
    let address = Address::parse(&new.url);
    if let Err(Error::Invalid(faults)) = &address {
        errors.0.extend(faults.0.iter().cloned());
    }
    errors.into_result()?;
    Ok((address?, every))
}

fn refuse_doubles(tx: &mut Tx<'_>, row: &SourceRow) -> Result<()> {
    let known = store::sources(tx.conn, row.project)?;
    if known.iter().any(|other| other.url == row.url && other.public_key == row.public_key) {
        return Err(Error::invalid(
            "url",
            "this project of this server is a source already; remove that one first",
        ));
    }
    if known.len() >= MAX_SOURCES {
        return Err(Error::refused(
            "A project has at most 20 sources; remove one that is not needed any more.",
        ));
    }
    Ok(())
}

fn begin_schedule(tx: &mut Tx<'_>, row: &SourceRow) -> Result<()> {
    let Some(minutes) = row.every_minutes else { return Ok(()) };
    let payload = Payload { source: row.id.clone() };
    jobs::set_schedule(tx, row.project, &job::schedule_name(&row.id), When::minutes(minutes), KIND, &payload)
}
