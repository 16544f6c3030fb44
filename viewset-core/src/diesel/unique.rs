//! What a database keeps unique by itself: nobody has to ask about that before a write, since the write fails.

use std::any::TypeId;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use super::backend::{DbConnection, DbError};
use super::db::Database;
use super::fixed::Fixed;
use crate::by_type::ByType;

/// The indexes of the models that have been written, and when they were asked for.
pub(super) type Indexes = RwLock<ByType<(Instant, Unique)>>;

/// How long an index is believed in: somebody else may drop it.
const BELIEVED: Duration = Duration::from_secs(60);

/// The sets of columns of a model's table whose values together are unique by an index; none where it is not known.
#[derive(Clone, Default)]
pub(crate) struct Unique(Arc<[Vec<String>]>);

impl Unique {
    /// Whether the values of these columns cannot be those of another row. NULL is never the same as another NULL.
    pub(crate) fn covers(&self, columns: &[&str]) -> bool {
        let is_within = |index: &Vec<String>| index.iter().all(|own| columns.contains(&&**own));
        self.0.iter().any(is_within)
    }
}

impl<C: DbConnection> Database<C> {
    /// What the database keeps unique in the table of a model; it is asked now and then.
    ///
    /// # Errors
    ///
    /// It has not been asked yet, and no connection is to be had.
    pub(crate) async fn unique(
        &self,
        model: TypeId,
        table: &'static Fixed,
    ) -> Result<Unique, DbError> {
        let known =
            self.indexes.read().unwrap_or_else(PoisonError::into_inner).get(&model).cloned();
        match known {
            Some((asked, known)) if asked.elapsed() < BELIEVED => Ok(known),
            Some((_, known)) => {
                Ok(Box::pin(self.asked_unique(model, table)).await.unwrap_or(known))
            }
            None => Box::pin(self.asked_unique(model, table)).await,
        }
    }

    /// Tables may look otherwise now.
    pub(super) fn tables_changed(&self) {
        C::tables_changed(&self.alone);
        self.indexes.write().unwrap_or_else(PoisonError::into_inner).clear();
    }

    async fn asked_unique(&self, model: TypeId, table: &Fixed) -> Result<Unique, DbError> {
        let mut conn = match &self.brief {
            // Others may be busy for long with queries that are slow.
            Some(brief) => brief.connection().await?,
            None => self.connection().await?,
        };
        let asked = Instant::now();
        // A server that does not understand the question had better not be asked before each write.
        let indexes = conn.unique_indexes(table.text().to_owned()).await.unwrap_or_default();
        let unique = Unique(indexes.into());
        let mut known = self.indexes.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(model, (asked, unique.clone()));
        Ok(unique)
    }
}

/// The indexes with their columns, from rows that name an index and a column of it; without those of which a column is
/// none, or compares otherwise than `=` does.
pub(super) fn collected(rows: Vec<(String, Option<String>)>) -> Vec<Vec<String>> {
    let mut indexes: Vec<(String, Option<Vec<String>>)> = Vec::new();
    for (index, column) in rows {
        let place = indexes.iter().position(|(known, _)| *known == index);
        let place = place.unwrap_or_else(|| {
            indexes.push((index, Some(Vec::new())));
            indexes.len() - 1
        });
        let columns = &mut indexes[place].1;
        match column {
            Some(column) => columns.iter_mut().for_each(|columns| columns.push(column.clone())),
            None => *columns = None,
        }
    }
    indexes.into_iter().filter_map(|(_, columns)| columns).collect()
}

/// The name of a table in the quotes of SQL, without them; `None` if a schema stands before it.
#[cfg(any(feature = "sqlite", feature = "mysql"))]
pub(super) fn unquoted(table: &str) -> Option<String> {
    let name = table.strip_prefix('`')?.strip_suffix('`')?;
    (!name.replace("``", "").contains('`')).then(|| name.replace("``", "`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_counts_if_all_of_its_columns_do() {
        let rows = [("a", Some("x")), ("b", Some("x")), ("b", None), ("a", Some("y")), ("c", None)];
        let rows = rows.map(|(index, column)| (index.to_owned(), column.map(str::to_owned)));
        let unique = Unique(collected(rows.into()).into());
        assert!(unique.covers(&["y", "z", "x"]));
        assert!(!unique.covers(&["x"]));
        assert!(!Unique::default().covers(&["x"]));
    }

    #[cfg(any(feature = "sqlite", feature = "mysql"))]
    #[test]
    fn a_table_of_a_schema_has_no_name_alone() {
        assert_eq!(unquoted("`a``b`").as_deref(), Some("a`b"));
        assert_eq!(unquoted("`a`.`b`"), None);
        assert_eq!(unquoted("a"), None);
    }
}
