//! Assets and procedures.

use crate::assets::reads::{AssetRow, matching};
use crate::db::AnyConnection;
use crate::find::asked::Asked;
use crate::find::found::{Group, Hit};
use crate::foundation::address::part;
use crate::foundation::{Action, Asker, Grant, Result};
use crate::maintenance::procedures::reads::{ProcedureRow, titled};

use super::{MOST, ONE_MORE};

/// Assets in use whose code, name, kind or place hold every word. A project has so few that all are looked at.
pub(super) fn assets(conn: &mut AnyConnection, asker: &Asker, asked: &Asked) -> Result<Group> {
    let group = Group { id: "assets", title: "Assets", ..Group::default() };
    if asker.may(Action::ViewAssets) == Grant::Never {
        return Ok(group);
    }
    let rows = matching(conn, asker.project, &asked.text, MOST + 1)?;
    Ok(Group { hits: rows.iter().map(asset).collect(), list: asked.at("/assets"), ..group })
}

/// An asset as it stands among what was found.
pub(super) fn asset(row: &AssetRow) -> Hit {
    let facts = row.facts();
    let about: Vec<&str> =
        [facts.kind.as_str(), facts.place.as_str()].into_iter().filter(|it| !it.is_empty()).collect();
    Hit {
        href: format!("/assets/{}", part(&row.code)),
        code: row.code.clone(),
        title: row.name.clone(),
        about: about.join(" · "),
        state: if row.retired_at.is_some() { "Retired".to_owned() } else { String::new() },
        ..Hit::default()
    }
}

/// Procedures whose code or title holds every word.
pub(super) fn procedures(conn: &mut AnyConnection, asker: &Asker, asked: &Asked) -> Result<Group> {
    let group = Group { id: "procedures", title: "Procedures", ..Group::default() };
    if asker.may(Action::ViewProcedures) == Grant::Never {
        return Ok(group);
    }
    let rows = titled(conn, asker.project, &asked.text, ONE_MORE)?;
    Ok(Group { hits: rows.iter().map(procedure).collect(), list: asked.at("/procedures"), ..group })
}

/// A procedure as it stands among what was found.
pub(super) fn procedure(row: &ProcedureRow) -> Hit {
    Hit {
        href: format!("/procedures/{}", row.code),
        code: row.code.clone(),
        title: row.title.clone(),
        state: if row.retired_at.is_some() { "Retired".to_owned() } else { String::new() },
        ..Hit::default()
    }
}
