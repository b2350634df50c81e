//! What a model does, where its files don't say so: asked by a few sentences when it is loaded.

use super::NerModel;
use super::tags::Tag;
use super::window::Window;
use crate::model_error::ModelError;

/// Sentences with names of one word, which every model knows that reads their language.
const SENTENCES: &str = "Angela Merkel met Barack Obama in Paris. London, Berlin and Moscow are quiet. Reuters reported from Mosul. \
                         In Beirut the United Nations spoke with Iraq and Syria. Madrid y Buenos Aires. زار محمد مدينة بيروت.";

impl NerModel {
    /// Whether the model begins names with inside tags where no other name stands before them, though it has tags to begin with.
    ///
    /// # Errors
    ///
    /// If the model fails.
    pub(super) fn begins_inside(&self) -> Result<bool, ModelError> {
        let (mut begun, mut inside) = (0, 0);
        for window in self.windows(SENTENCES)? {
            let mut before = Tag::Outside;
            for tag in self.likely_tags(&window)? {
                match (before, tag) {
                    (Tag::Outside, Tag::Begin(_)) => begun += 1,
                    (Tag::Outside, Tag::Inside(_)) => inside += 1,
                    _ => {}
                }
                before = tag;
            }
        }
        Ok(inside > begun)
    }

    /// The most probable tag of each word of a window.
    fn likely_tags(&self, window: &Window) -> Result<Vec<Tag>, ModelError> {
        let logits = self.run_words(window)?;
        let best = |row: ndarray::ArrayView1<'_, f32>| {
            let logits = row.iter().copied().enumerate();
            logits.reduce(|best, next| if next.1 > best.1 { next } else { best }).map_or(0, |(column, _)| column)
        };
        Ok(logits.rows().into_iter().map(|row| self.tags.tag_of(best(row))).collect())
    }
}
