//! A condition put together while the program runs: SQL written here, values always bound.
//!
//! Nothing a client sends becomes SQL text. The same text serves both databases.

use std::borrow::Cow;

use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, Bool, Double, HasSqlType, Text};

use crate::db::{AnyConnection, each};
use crate::foundation::Result;

/// A condition that holds or not for each row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Clause(Vec<Part>);

#[derive(Clone, Debug, PartialEq)]
enum Part {
    Sql(Cow<'static, str>),
    Text(String),
    Whole(i64),
    Real(f64),
}

impl Clause {
    /// A condition that begins with this SQL.
    pub fn new(sql: impl Into<Cow<'static, str>>) -> Self {
        Self(vec![Part::Sql(sql.into())])
    }

    /// The condition that every row meets, or none.
    pub fn always(yes: bool) -> Self {
        Self::new(if yes { "1 = 1" } else { "1 = 0" })
    }

    /// More SQL.
    #[must_use]
    pub fn sql(mut self, sql: impl Into<Cow<'static, str>>) -> Self {
        self.0.push(Part::Sql(sql.into()));
        self
    }

    /// A text value.
    #[must_use]
    pub fn text(mut self, value: impl Into<String>) -> Self {
        // PostgreSQL's text holds no NUL, so no stored text does.
        self.0.push(Part::Text(value.into().replace('\0', "\u{fffd}")));
        self
    }

    /// A whole number.
    #[must_use]
    pub fn whole(mut self, value: i64) -> Self {
        self.0.push(Part::Whole(value));
        self
    }

    /// A number.
    #[must_use]
    pub fn real(mut self, value: f64) -> Self {
        self.0.push(Part::Real(value));
        self
    }

    /// Another condition, in parentheses.
    #[must_use]
    pub fn clause(mut self, other: Self) -> Self {
        self.0.push(Part::Sql("(".into()));
        self.0.extend(other.0);
        self.0.push(Part::Sql(")".into()));
        self
    }

    /// All of these.
    pub fn all(clauses: Vec<Self>) -> Self {
        Self::joined(clauses, " AND ", true)
    }

    /// At least one of these.
    pub fn any(clauses: Vec<Self>) -> Self {
        Self::joined(clauses, " OR ", false)
    }

    fn joined(clauses: Vec<Self>, word: &'static str, when_none: bool) -> Self {
        let mut clauses = clauses.into_iter();
        let Some(first) = clauses.next() else { return Self::always(when_none) };
        let start = Self(Vec::new()).clause(first);
        clauses.fold(start, |all, next| all.sql(word).clause(next))
    }

    /// The column's text is one of these.
    pub fn one_of(column: &'static str, values: &[String]) -> Self {
        let Some((first, rest)) = values.split_first() else { return Self::always(false) };
        let start = Self::new(column).sql(" IN (").text(first);
        rest.iter().fold(start, |list, value| list.sql(", ").text(value)).sql(")")
    }
}

impl<DB> QueryFragment<DB> for Clause
where
    DB: Backend + HasSqlType<Text> + HasSqlType<BigInt> + HasSqlType<Double>,
    String: ToSql<Text, DB>,
    i64: ToSql<BigInt, DB>,
    f64: ToSql<Double, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        for part in &self.0 {
            match part {
                Part::Sql(sql) => out.push_sql(sql),
                Part::Text(value) => out.push_bind_param::<Text, _>(value)?,
                Part::Whole(value) => out.push_bind_param::<BigInt, _>(value)?,
                Part::Real(value) => out.push_bind_param::<Double, _>(value)?,
            }
        }
        Ok(())
    }
}

impl Expression for Clause {
    type SqlType = Bool;
}

impl<T> AppearsOnTable<T> for Clause {}
impl<T> SelectableExpression<T> for Clause {}

impl<G> ValidGrouping<G> for Clause {
    type IsAggregate = is_aggregate::No;
}

impl QueryId for Clause {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

/// How many rows of `table` meet the condition, counted up to `bound`.
pub fn count(conn: &mut AnyConnection, table: &'static str, clause: &Clause, bound: i64) -> Result<i64> {
    let counting = Numbers(
        Clause::new("SELECT count(*) FROM (SELECT 1 FROM ")
            .sql(table)
            .sql(" WHERE ")
            .clause(clause.clone())
            .sql(" LIMIT ")
            .whole(bound)
            .sql(") AS counted"),
    );
    Ok(each!(conn, |c| counting.get_result::<i64>(c))?)
}

/// A whole statement that gives whole numbers.
#[derive(QueryId)]
pub(super) struct Numbers(pub(super) Clause);

impl<DB: Backend> QueryFragment<DB> for Numbers
where
    Clause: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }
}

impl Query for Numbers {
    type SqlType = BigInt;
}

impl<C> RunQueryDsl<C> for Numbers {}
