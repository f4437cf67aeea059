//! What kind of failure a database told of: found out once, where its error becomes ours, and asked of
//! [`Error::failure`](super::Error::failure) from then on.

/// The kinds that anybody acts on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It cannot be used at the moment: a server that restarts, a disk without room. It passes by itself.
    OutOfReach,
    /// A lock was waited for too long, or in a circle: the same again goes through.
    Busy,
    /// A statement ran longer than it was given.
    TimedOut,
    /// Something with the same key is there; by the name that the database gives to what must be unique: the
    /// constraint on PostgreSQL, its columns on SQLite.
    Unique(String),
    /// A number does not fit its type.
    Overflow,
    /// Whatever else.
    Other,
}

/// Words of a message, all small, and what they tell. Neither SQLite's codes nor most SQLSTATEs come through diesel, and
/// both programs say the same in the same words; PostgreSQL as long as `lc_messages` is English.
#[cfg(feature = "diesel")]
const WORDS: [(&str, Failure); 15] = [
    ("server closed the connection", Failure::OutOfReach),
    ("terminating connection", Failure::OutOfReach),
    ("connection to server", Failure::OutOfReach),
    ("no connection to the server", Failure::OutOfReach),
    ("the database system is", Failure::OutOfReach),
    ("disk is full", Failure::OutOfReach),
    ("no space left", Failure::OutOfReach),
    ("lock timeout", Failure::Busy),
    ("deadlock", Failure::Busy),
    ("database is locked", Failure::Busy),
    ("database table is locked", Failure::Busy),
    ("out of shared memory", Failure::Busy),
    ("statement timeout", Failure::TimedOut),
    ("integer overflow", Failure::Overflow),
    ("out of range", Failure::Overflow),
];

/// What SQLite says before the columns that must be unique together.
#[cfg(feature = "diesel")]
const NOT_UNIQUE: &str = "UNIQUE constraint failed: ";

#[cfg(feature = "diesel")]
mod of_diesel {
    use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind as Kind, Error as Cause};

    use super::{Failure, NOT_UNIQUE, WORDS};
    use crate::Error;

    impl From<Cause> for Error {
        fn from(cause: Cause) -> Self {
            match (Failure::of(&cause), cause) {
                (_, Cause::NotFound) => Self::not_found("the record"),
                (Failure::OutOfReach, cause) => {
                    tracing::warn!(%cause, "the database cannot be used at the moment");
                    Self::Unavailable("the database cannot be reached at the moment; try again".into())
                }
                (failure, cause) => Self::of_database(format!("database: {cause}"), failure),
            }
        }
    }

    impl Failure {
        /// By what diesel knows of the code, else by the words of the message.
        fn of(cause: &Cause) -> Self {
            match cause {
                Cause::BrokenTransactionManager
                | Cause::DatabaseError(Kind::ClosedConnection | Kind::UnableToSendCommand, _) => {
                    Self::OutOfReach
                }
                Cause::DatabaseError(Kind::UniqueViolation, said) => Self::Unique(unique(said.as_ref())),
                Cause::DatabaseError(Kind::SerializationFailure, _) => Self::Busy,
                Cause::DatabaseError(_, said) => by_words(said.message()),
                _ => Self::Other,
            }
        }
    }

    fn unique(said: &(dyn DatabaseErrorInformation + Send + Sync)) -> String {
        let columns = || said.message().strip_prefix(NOT_UNIQUE);
        said.constraint_name().or_else(columns).unwrap_or_default().to_owned()
    }

    fn by_words(said: &str) -> Failure {
        let said = said.to_lowercase();
        let told = WORDS.into_iter().find(|(words, _)| said.contains(words));
        told.map_or(Failure::Other, |(_, failure)| failure)
    }
}

#[cfg(all(test, feature = "diesel"))]
mod tests {
    use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind as Kind, Error as Cause};

    use super::Failure::{self, Busy, Other, OutOfReach, Overflow, TimedOut, Unique};
    use crate::Error;

    /// An error of PostgreSQL that names a constraint.
    struct Named(&'static str, &'static str);

    impl DatabaseErrorInformation for Named {
        fn message(&self) -> &str {
            self.0
        }
        fn details(&self) -> Option<&str> {
            Some("Key (text)=(database is locked, integer overflow) already exists.")
        }
        fn hint(&self) -> Option<&str> {
            None
        }
        fn table_name(&self) -> Option<&str> {
            None
        }
        fn column_name(&self) -> Option<&str> {
            None
        }
        fn constraint_name(&self) -> Option<&str> {
            Some(self.1)
        }
        fn statement_position(&self) -> Option<i32> {
            None
        }
    }

    fn told(kind: Kind, message: &str) -> Error {
        Cause::DatabaseError(kind, Box::new(message.to_owned())).into()
    }

    fn is_unavailable(error: &Error) -> bool {
        matches!(error, Error::Unavailable(why) if why == "the database cannot be reached at the moment; try again")
    }

    #[test]
    fn both_databases_are_understood() {
        let unique = |which: &str| Unique(which.to_owned());
        let cases: &[(Kind, &str, Failure)] = &[
            // SQLite.
            (Kind::Unknown, "database is locked", Busy),
            (Kind::Unknown, "database table is locked: traces", Busy),
            (Kind::Unknown, "integer overflow", Overflow),
            (Kind::Unknown, "database or disk is full", OutOfReach),
            (
                Kind::UniqueViolation,
                "UNIQUE constraint failed: events.stream, events.version",
                unique("events.stream, events.version"),
            ),
            (Kind::CheckViolation, "CHECK constraint failed: state", Other),
            (Kind::Unknown, "no such table: traces", Other),
            // PostgreSQL.
            (Kind::Unknown, "canceling statement due to lock timeout", Busy),
            (Kind::Unknown, "deadlock detected", Busy),
            (Kind::Unknown, "out of shared memory", Busy),
            (Kind::SerializationFailure, "could not serialize access due to concurrent update", Busy),
            (Kind::Unknown, "canceling statement due to statement timeout", TimedOut),
            (Kind::Unknown, "bigint out of range", Overflow),
            (Kind::Unknown, "could not extend file \"base/5\": No space left on device", OutOfReach),
            (Kind::Unknown, "the database system is shutting down", OutOfReach),
            (Kind::Unknown, "terminating connection due to administrator command", OutOfReach),
            (Kind::ClosedConnection, "whatever", OutOfReach),
            (Kind::UnableToSendCommand, "whatever", OutOfReach),
            (Kind::UniqueViolation, "whatever", unique("")),
            (Kind::ForeignKeyViolation, "insert or update violates a foreign key", Other),
        ];
        for (kind, message, failure) in cases {
            let error = told(*kind, message);
            if *failure == OutOfReach {
                assert!(is_unavailable(&error), "{message}: {error:?}");
                continue;
            }
            assert_eq!(error.failure(), Some(failure), "{message}");
            assert!(matches!(error, Error::Internal(_)), "{message}");
            assert_eq!(error.to_string(), format!("database: {message}"));
        }
    }

    #[test]
    fn a_constraint_goes_by_its_name_and_what_a_row_holds_says_nothing() {
        let said = Named("duplicate key value violates unique constraint \"orders_number\"", "orders_number");
        let error = Error::from(Cause::DatabaseError(Kind::UniqueViolation, Box::new(said)));
        assert_eq!(error.failure(), Some(&Unique("orders_number".to_owned())));
        let said = Named("invalid input", "");
        assert_eq!(Error::from(Cause::DatabaseError(Kind::Unknown, Box::new(said))).failure(), Some(&Other));
    }

    #[test]
    fn what_is_no_message_of_a_database_has_no_words_to_go_by() {
        assert!(matches!(Error::from(Cause::NotFound), Error::NotFound(what) if what == "the record"));
        assert!(is_unavailable(&Error::from(Cause::BrokenTransactionManager)));
        let built = Cause::QueryBuilderError("deadlock".into());
        assert_eq!(Error::from(built).failure(), Some(&Other));
        assert_eq!(Error::internal("database is locked").failure(), None);
        assert_eq!(Error::refused("integer overflow").failure(), None);
    }
}
