//! SQL put together while the program runs, for what diesel's query builder cannot say: text written here, values always
//! bound, one text for both databases.
//!
//! Nothing that a client sends becomes SQL text. A [`Sql`] is a condition in a query of diesel's, or a whole statement for
//! [`load`], [`numbers`] and [`execute`].

use std::borrow::Cow;

use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, Bool, Double, HasSqlType, Text, Untyped};
use diesel::sqlite::Sqlite;

use foundation::Result;

use super::{AnyConnection, each};

/// A piece of SQL with its values.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sql(Vec<Part>);

#[derive(Clone, Debug, PartialEq)]
enum Part {
    Sql(Cow<'static, str>),
    /// The same, as each database says it.
    Either {
        sqlite: Cow<'static, str>,
        postgres: Cow<'static, str>,
    },
    Text(String),
    Whole(i64),
    Real(f64),
    Null,
}

impl Sql {
    /// SQL that begins with this text.
    pub fn new(text: impl Into<Cow<'static, str>>) -> Self {
        Self(vec![Part::Sql(text.into())])
    }

    /// The condition that every row meets, or none.
    pub fn always(yes: bool) -> Self {
        Self::new(if yes { "1 = 1" } else { "1 = 0" })
    }

    /// More text.
    #[must_use]
    pub fn sql(mut self, text: impl Into<Cow<'static, str>>) -> Self {
        self.0.push(Part::Sql(text.into()));
        self
    }

    /// Text on which the databases differ.
    #[must_use]
    pub fn either(
        mut self,
        sqlite: impl Into<Cow<'static, str>>,
        postgres: impl Into<Cow<'static, str>>,
    ) -> Self {
        self.0.push(Part::Either { sqlite: sqlite.into(), postgres: postgres.into() });
        self
    }

    /// The name of the type of floating-point numbers.
    #[must_use]
    pub fn double(self) -> Self {
        self.either("REAL", "DOUBLE PRECISION")
    }

    /// See [`whole_sum`].
    #[must_use]
    pub fn whole_sum(self, value: &str) -> Self {
        self.either(whole_sum(true, value), whole_sum(false, value))
    }

    /// A text value. PostgreSQL's text holds no NUL, so no stored text does.
    #[must_use]
    pub fn text(mut self, value: impl Into<String>) -> Self {
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

    /// A text value that may be missing.
    #[must_use]
    pub fn maybe_text(mut self, value: Option<&str>) -> Self {
        let Some(value) = value else {
            self.0.push(Part::Null);
            return self;
        };
        self.text(value)
    }

    /// A whole number that may be missing.
    #[must_use]
    pub fn maybe_whole(mut self, value: Option<i64>) -> Self {
        self.0.push(value.map_or(Part::Null, Part::Whole));
        self
    }

    /// More of the same.
    #[must_use]
    pub fn then(mut self, more: Self) -> Self {
        self.0.extend(more.0);
        self
    }

    /// Another piece, in parentheses.
    #[must_use]
    pub fn clause(self, other: Self) -> Self {
        self.sql("(").then(other).sql(")")
    }

    /// These, one after the other with a word between.
    pub fn joined(word: &'static str, pieces: impl IntoIterator<Item = Self>) -> Self {
        pieces.into_iter().enumerate().fold(Self::default(), |all, (place, piece)| match place {
            0 => piece,
            _ => all.sql(word).then(piece),
        })
    }

    /// All of these conditions.
    pub fn all(conditions: Vec<Self>) -> Self {
        Self::combined(conditions, " AND ", true)
    }

    /// At least one of these conditions.
    pub fn any(conditions: Vec<Self>) -> Self {
        Self::combined(conditions, " OR ", false)
    }

    fn combined(conditions: Vec<Self>, word: &'static str, when_none: bool) -> Self {
        if conditions.is_empty() {
            return Self::always(when_none);
        }
        Self::default().clause(halved(conditions, word))
    }

    /// The column's text is one of these.
    pub fn one_of(column: impl Into<Cow<'static, str>>, values: &[String]) -> Self {
        if values.is_empty() {
            return Self::always(false);
        }
        let list = Self::joined(", ", values.iter().map(|value| Self::default().text(value)));
        Self::new(column).sql(" IN ").clause(list)
    }
}

/// The sum of whole numbers as one, at most the largest there is: SQLite and PostgreSQL would rather fail. SQLite adds up as
/// floating point, exactly up to 2^53, and cuts what a number cannot hold.
pub fn whole_sum(is_sqlite: bool, value: &str) -> String {
    if is_sqlite {
        format!("CAST(TOTAL({value}) AS BIGINT)")
    } else {
        format!("CAST(LEAST(SUM({value}), {}) AS BIGINT)", i64::MAX)
    }
}

/// In halves of halves: SQLite takes an expression of at most a thousand levels, and each word between two is one.
fn halved(mut conditions: Vec<Sql>, word: &'static str) -> Sql {
    if conditions.len() < 2 {
        return conditions.pop().unwrap_or_default();
    }
    let second = conditions.split_off(conditions.len() / 2);
    Sql::default().clause(halved(conditions, word)).sql(word).clause(halved(second, word))
}

/// A database as one that says some things in its own way.
pub trait Speaks: Backend {
    /// Whether it is the embedded one.
    const IS_SQLITE: bool;
}

impl Speaks for Sqlite {
    const IS_SQLITE: bool = true;
}

impl Speaks for Pg {
    const IS_SQLITE: bool = false;
}

impl<DB> QueryFragment<DB> for Sql
where
    DB: Speaks + HasSqlType<Text> + HasSqlType<BigInt> + HasSqlType<Double>,
    String: ToSql<Text, DB>,
    i64: ToSql<BigInt, DB>,
    f64: ToSql<Double, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        for part in &self.0 {
            match part {
                Part::Sql(sql) => out.push_sql(sql),
                Part::Either { sqlite, .. } if DB::IS_SQLITE => out.push_sql(sqlite),
                Part::Either { postgres, .. } => out.push_sql(postgres),
                Part::Text(value) => out.push_bind_param::<Text, _>(value)?,
                Part::Whole(value) => out.push_bind_param::<BigInt, _>(value)?,
                Part::Real(value) => out.push_bind_param::<Double, _>(value)?,
                Part::Null => out.push_sql("NULL"),
            }
        }
        Ok(())
    }
}

impl Expression for Sql {
    type SqlType = Bool;
}

impl<T> AppearsOnTable<T> for Sql {}
impl<T> SelectableExpression<T> for Sql {}

impl<G> ValidGrouping<G> for Sql {
    type IsAggregate = is_aggregate::No;
}

impl QueryId for Sql {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

/// A whole statement: what it gives is told by the names of its columns, or is one number a row.
macro_rules! statement {
    ($name:ident, $gives:ty) => {
        struct $name(Sql);

        impl<DB: Backend> QueryFragment<DB> for $name
        where
            Sql: QueryFragment<DB>,
        {
            fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
                self.0.walk_ast(out)
            }
        }

        impl QueryId for $name {
            type QueryId = ();
            const HAS_STATIC_QUERY_ID: bool = false;
        }

        impl Query for $name {
            type SqlType = $gives;
        }

        impl<C> RunQueryDsl<C> for $name {}
    };
}

statement!(Named, Untyped);
statement!(Numbers, BigInt);

/// Runs a statement that changes something.
pub fn execute(conn: &mut AnyConnection, statement: Sql) -> Result<()> {
    each!(conn, |c| Named(statement).execute(c))?;
    Ok(())
}

/// Runs a statement that gives rows with named columns.
pub fn load<T>(conn: &mut AnyConnection, statement: Sql) -> Result<Vec<T>>
where
    T: QueryableByName<Sqlite> + QueryableByName<Pg> + 'static,
{
    Ok(each!(conn, |c| Named(statement).load(c))?)
}

/// Runs a statement that gives one whole number a row.
pub fn numbers(conn: &mut AnyConnection, statement: Sql) -> Result<Vec<i64>> {
    Ok(each!(conn, |c| Numbers(statement).load(c))?)
}

/// How many rows of `table` meet the condition, counted up to `bound`.
pub fn count(conn: &mut AnyConnection, table: &'static str, condition: &Sql, bound: i64) -> Result<i64> {
    let counting = Sql::new("SELECT count(*) FROM (SELECT 1 FROM ").sql(table).sql(" WHERE ");
    let counting = counting.clause(condition.clone()).sql(" LIMIT ").whole(bound).sql(") AS counted");
    Ok(numbers(conn, counting)?.first().copied().unwrap_or_default())
}
