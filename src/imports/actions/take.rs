//! Making orders of files.

use crate::foundation::{Action, Asker, Result};
use crate::imports::actions::put_away::put_away;
use crate::imports::reading::{Columns, drafts};
use crate::state::App;
use crate::work_orders::actions::import::{Choices, Imported, take_read};

/// A file with what was chosen for it.
#[derive(Clone, Debug, Default)]
pub struct Chosen {
    pub name: String,
    pub bytes: Vec<u8>,
    pub choices: Choices,
    pub columns: Columns,
}

/// Makes every order that a file becomes, one after the other. The same again makes none twice.
pub async fn take_file(app: &App, asker: &Asker, file: &Chosen) -> Result<Vec<Imported>> {
    asker.must(Action::CreateDraft)?;
    let made = drafts(&file.name, &file.bytes, &file.choices, &file.columns, app.now())?;
    let mut taken = Vec::new();
    for draft in made {
        let (name, again) = (Some(file.name.clone()), file.choices.again);
        taken.push(take_read(app, asker, draft.read, draft.source, name, again).await?);
    }
    Ok(taken)
}

/// The same of a file that waits, which then waits no more.
pub async fn take_waiting(app: &App, asker: &Asker, id: &str, file: &Chosen) -> Result<Vec<Imported>> {
    let taken = take_file(app, asker, file).await?;
    put_away(app, asker, Some(id.to_owned())).await?;
    Ok(taken)
}
