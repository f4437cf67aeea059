//! Columns beyond the 32nd of a table.
//!
//! diesel takes wider tables with a feature, which makes it four times slower to compile: more than any other crate of a first
//! build. `table!` names all columns in one tuple; these stand beside it, and are selected, compared, set and inserted like any other.

/// `more_columns! { name -> SqlType, .. }` in a module that has the `table` of the others.
macro_rules! more_columns {
    ($($name:ident -> $sql_type:ty,)+) => {$(
        #[doc = concat!("The column `", stringify!($name), "`.")]
        #[expect(non_camel_case_types, reason = "a column is called what it is called in SQL")]
        #[derive(Clone, Copy, Debug, Default, diesel::query_builder::QueryId)]
        pub struct $name;

        const _: () = {
            use diesel::expression::{IsContainedInGroupBy, ValidGrouping, is_aggregate, is_contained_in_group_by};
            use diesel::query_builder::{AstPass, QueryFragment};
            use diesel::query_source::{AppearsInFromClause, Column, Once};

            impl diesel::Expression for $name {
                type SqlType = $sql_type;
            }

            impl<DB: diesel::backend::Backend> QueryFragment<DB> for $name
            where
                table: QueryFragment<DB>,
            {
                fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> diesel::QueryResult<()> {
                    if !out.should_skip_from() {
                        table.walk_ast(out.reborrow())?;
                        out.push_sql(".");
                    }
                    out.push_identifier(<Self as Column>::NAME)
                }
            }

            impl diesel::SelectableExpression<table> for $name {}

            impl<From> diesel::AppearsOnTable<From> for $name where From: AppearsInFromClause<table, Count = Once> {}

            impl ValidGrouping<()> for $name {
                type IsAggregate = is_aggregate::No;
            }

            impl<Group> ValidGrouping<Group> for $name
            where
                Group: IsContainedInGroupBy<$name, Output = is_contained_in_group_by::Yes>,
            {
                type IsAggregate = is_aggregate::Yes;
            }

            impl IsContainedInGroupBy<$name> for $name {
                type Output = is_contained_in_group_by::Yes;
            }

            impl Column for $name {
                type Table = table;
                const NAME: &'static str = stringify!($name);
            }
        };
    )+};
}
pub(super) use more_columns;
