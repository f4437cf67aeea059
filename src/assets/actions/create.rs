//! Putting an asset onto the list.

use crate::assets::decide::Parents;
use crate::assets::events::{AssetEvent, Created};
use crate::assets::model::{Code, Facts};
use crate::assets::reads;
use crate::db::Tx;
use crate::foundation::ids::new_id;
use crate::foundation::{Action, Asker, Error, ProjectKey, Result};
use crate::ledger::Ledger;
use crate::state::App;

/// An asset to be made.
#[derive(Clone, Debug, Default)]
pub struct NewAsset {
    pub code: String,
    pub facts: Facts,
    /// The code of the asset that it is a part of; empty for none.
    pub parent: String,
}

/// Makes it; gives its code. A code that any asset has or had is refused.
pub async fn create(app: &App, asker: &Asker, new: NewAsset) -> Result<Code> {
    asker.must(Action::KeepAssets)?;
    let (ledger, project) = (app.ledger.clone(), asker.project);
    let write = move |tx: &mut Tx<'_>| {
        super::take_turn(tx, project)?;
        let mut parents = reads::parents(tx.conn, project)?;
        write_one(tx, &ledger, project, &mut parents, new)
    };
    app.db.write(&asker.actor, write).await
}

/// Writes one while it is this transaction's turn, and puts it into the tree that the next one is held against.
pub(super) fn write_one(
    tx: &mut Tx<'_>,
    ledger: &Ledger,
    project: ProjectKey,
    parents: &mut Parents,
    new: NewAsset,
) -> Result<Code> {
    let code = Code::parse("code", &new.code)?;
    let facts = new.facts.checked()?;
    if let Some(other) = reads::find(tx.conn, project, code.as_str())? {
        let message =
            format!("the code {} is that of {} already; a code is never used twice", other.code, other.name);
        return Err(Error::invalid("code", message));
    }
    let parent = super::above(super::parent(tx, project, &new.parent)?)?;
    let above = parent.as_ref().map(|parent| parent.asset.clone());
    parents.may_add(above.as_deref())?;
    let event = AssetEvent::Created(Created { code: code.clone(), facts, parent });
    let id = new_id(tx.now());
    super::append(tx, ledger, project, &id, &event)?;
    parents.0.insert(id, above);
    Ok(code)
}
