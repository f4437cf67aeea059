//! What amounts of a project are in.

use diesel::prelude::*;

use crate::db::AnyConnection;
use crate::db::schema::project_currency;
use crate::foundation::money::Currency;
use crate::foundation::{Error, ProjectKey, Result};

/// The project's currency now.
pub fn of(conn: &mut AnyConnection, project: ProjectKey) -> Result<Currency> {
    let code: Option<String> =
        project_currency::table.find(project).select(project_currency::code).first(conn).optional()?;
    let Some(code) = code else { return Ok(Currency::DEFAULT) };
    Currency::parse(&code).ok_or_else(|| Error::internal(format!("stored currency {code}")))
}
