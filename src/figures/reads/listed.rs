//! The very rows of a figure with what people call them, page by page: the newest moment first.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use crate::db::AnyConnection;
use crate::db::sql::{Sql, load};
use crate::figures::model::{Figure, Rows};
use crate::foundation::page::Cursor;
use crate::foundation::{ActorKind, Result, Timestamp};

use super::Question;
use super::rows::rows;

/// A row of a figure.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct ListedRow {
    /// The id of the order, or of the claim.
    #[diesel(sql_type = Text)]
    pub row_id: String,
    #[diesel(sql_type = BigInt)]
    at: i64,
    #[diesel(sql_type = BigInt)]
    hit: i64,
    /// Microseconds; 0 where it is no figure of times.
    #[diesel(sql_type = BigInt)]
    pub took: i64,
    #[diesel(sql_type = Text)]
    pub number: String,
    #[diesel(sql_type = Text)]
    pub title: String,
    #[diesel(sql_type = Text)]
    pub order_type: String,
    #[diesel(sql_type = Text)]
    pub asset_tag: String,
    #[diesel(sql_type = Text)]
    pub assignee_name: String,
    #[diesel(sql_type = Text)]
    assignee_kind: String,
    /// Where the claim stands in its order; empty of an order.
    #[diesel(sql_type = Text)]
    pub place: String,
    #[diesel(sql_type = Text)]
    pub statement: String,
}

impl ListedRow {
    /// The moment that puts it into a week.
    pub fn at(&self) -> Timestamp {
        Timestamp(self.at)
    }

    /// The printed name of whoever has it; an agent says that it is one.
    pub fn assignee(&self) -> String {
        ActorKind::from_stored(&self.assignee_kind).marked(&self.assignee_name)
    }

    /// Whether it stands above the line.
    pub fn is_hit(&self) -> bool {
        self.hit == 1
    }
}

/// Which rows are wanted.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Only those above the line, or only the others.
    pub only: Option<bool>,
    /// From below this row on.
    pub after: Option<Cursor>,
    pub limit: usize,
}

/// Some rows of a figure; of what is late, the latest first.
pub fn listed(
    conn: &mut AnyConnection,
    figure: Figure,
    q: &Question,
    wanted: &Wanted,
) -> Result<Vec<ListedRow>> {
    let (place, statement, names) = match figure.rows() {
        Rows::Orders => ("''", "''", Sql::new(" JOIN orders o ON o.project = ").whole(q.project.0)),
        Rows::Claims => {
            let claims = Sql::new(" JOIN claims k ON k.project = ").whole(q.project.0);
            let claims = claims.sql(" AND k.claim_id = r.row_id JOIN orders o ON o.project = k.project");
            ("k.place", "k.statement", claims)
        }
    };
    let order = match figure.rows() {
        Rows::Orders => "r.row_id",
        Rows::Claims => "k.order_id",
    };
    // What was due first is the latest; of every other figure the newest come first.
    let (way, beyond) = if figure == Figure::Late { ("ASC", ">") } else { ("DESC", "<") };
    let select = Sql::new(format!(
        "SELECT r.row_id AS row_id, r.at AS at, r.hit AS hit, r.took AS took, o.number AS number, o.title AS title, \
         o.order_type AS order_type, o.asset_tag AS asset_tag, o.assignee_name AS assignee_name, \
         o.assignee_kind AS assignee_kind, \
         {place} AS place, {statement} AS statement FROM (",
    ));
    let mut select = select.then(rows(figure, q)).sql(") AS r").then(names);
    select = select.sql(format!(" AND o.order_id = {order} WHERE 1 = 1"));
    if let Some(is_hit) = wanted.only {
        select = select.sql(" AND r.hit = ").whole(i64::from(is_hit));
    }
    if let Some(after) = &wanted.after {
        select = select
            .sql(format!(" AND (r.at {beyond} "))
            .whole(after.at.0)
            .sql(" OR (r.at = ")
            .whole(after.at.0);
        select = select.sql(format!(" AND r.row_id {beyond} ")).text(&after.id).sql("))");
    }
    let limit = i64::try_from(wanted.limit).unwrap_or(i64::MAX);
    load(conn, select.sql(format!(" ORDER BY r.at {way}, r.row_id {way} LIMIT ")).whole(limit))
}
