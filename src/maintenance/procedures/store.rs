//! Rows of `procedures` and `procedure_versions`.

use diesel::prelude::*;

use crate::db::schema::{procedure_versions, procedures};
use crate::db::{AnyConnection, Tx, locks};
use crate::foundation::{ActorKind, Digest, ProjectKey, Result, Timestamp};

use super::model::{Dated, Procedure, State, Version};

/// One procedure as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = procedures)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct ProcedureRow {
    pub project: ProjectKey,
    /// Opaque id; the id of the stream.
    pub procedure_id: String,
    /// `PR-001`, unique per project.
    pub code: String,
    /// Its number within the project.
    pub sequence: i64,
    pub title: String,
    search: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub retired_at: Option<Timestamp>,
    /// The version of its stream.
    pub version: i64,
}

/// One version as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = procedure_versions)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct VersionRow {
    pub project: ProjectKey,
    pub procedure_id: String,
    /// From 1.
    pub number: i64,
    state: String,
    /// The type of order that it makes, as written.
    pub order_type: String,
    pub author: String,
    pub author_name: String,
    pub by_agent: bool,
    digest: Vec<u8>,
    /// When its text or its state last changed.
    pub changed_at: Timestamp,
    /// The beginning of the UTC day from which an approved one is in use.
    pub effective_from: Option<Timestamp>,
}

impl ProcedureRow {
    fn of(
        project: ProjectKey,
        procedure: &Procedure,
        first: Timestamp,
        last: Timestamp,
        version: i64,
    ) -> Self {
        Self {
            project,
            procedure_id: procedure.id.clone(),
            code: procedure.code.clone(),
            sequence: procedure.sequence,
            title: procedure.title.clone(),
            search: format!("{}\n{}", procedure.code, procedure.title).to_lowercase(),
            created_at: first,
            updated_at: last,
            retired_at: procedure.retired.as_ref().map(|told| told.at),
            version,
        }
    }
}

impl VersionRow {
    fn of(project: ProjectKey, procedure: &Procedure, version: &Version) -> Self {
        Self {
            project,
            procedure_id: procedure.id.clone(),
            number: i64::from(version.number),
            state: version.state.as_str().to_owned(),
            order_type: version.order_type.clone(),
            author: version.author.id.clone(),
            author_name: version.author.name.clone(),
            by_agent: version.author.kind == ActorKind::Agent,
            digest: version.digest.0.to_vec(),
            changed_at: last_change(version),
            effective_from: version.effective_from,
        }
    }

    /// What was done with it.
    pub fn state(&self) -> State {
        State::read(&self.state).unwrap_or(State::Withdrawn)
    }

    /// What decides where it stands.
    pub fn dated(&self) -> Dated {
        (u32::try_from(self.number).unwrap_or_default(), self.state(), self.effective_from)
    }

    /// SHA-256 of its text.
    pub fn digest(&self) -> Option<Digest> {
        Digest::from_slice(&self.digest)
    }
}

/// When anything was last done with a version.
fn last_change(version: &Version) -> Timestamp {
    let told = [&version.submitted, &version.returned, &version.approved, &version.withdrawn];
    let last = told.into_iter().flatten().map(|told| told.at).max();
    last.map_or(version.changed_at, |at| at.max(version.changed_at))
}

/// Puts the rows of a procedure in the place of those that it had.
pub(super) fn put(
    conn: &mut AnyConnection,
    project: ProjectKey,
    procedure: &Procedure,
    (first, last): (Timestamp, Timestamp),
    version: i64,
) -> Result<()> {
    let of_it = procedure_versions::table
        .filter(procedure_versions::project.eq(project))
        .filter(procedure_versions::procedure_id.eq(&procedure.id));
    diesel::delete(of_it).execute(conn)?;
    diesel::delete(procedures::table.find((project, &procedure.id))).execute(conn)?;
    let row = ProcedureRow::of(project, procedure, first, last, version);
    diesel::insert_into(procedures::table).values(&row).execute(conn)?;
    for version in &procedure.versions {
        let row = VersionRow::of(project, procedure, version);
        diesel::insert_into(procedure_versions::table).values(&row).execute(conn)?;
    }
    Ok(())
}

/// The turn of those who give out codes.
const CODES: &str = "procedures";

/// The next number of a code; it is given out when the transaction is stored, and not otherwise.
pub(super) fn next_sequence(tx: &mut Tx<'_>, project: ProjectKey) -> Result<i64> {
    take_turn(tx, project, CODES)?;
    let last: Option<i64> = procedures::table
        .filter(procedures::project.eq(project))
        .order(procedures::sequence.desc())
        .select(procedures::sequence)
        .first(tx.conn)
        .optional()?;
    Ok(last.unwrap_or(0) + 1)
}

/// Makes writers about the same procedure take turns until the transaction ends.
pub(super) fn take_turn(tx: &mut Tx<'_>, project: ProjectKey, what: &str) -> Result<()> {
    locks::take_turn(tx, locks::order_turn(project, what))
}
