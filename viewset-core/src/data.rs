//! What a parser makes of a body, before any serializer has looked at it (DRF's `request.data`): values
//! as JSON has them, or a form with its files.

mod form_data;
mod text;
mod uploads;
mod value;

pub use form_data::FormData;
pub use text::Text;
pub use uploads::UploadedFile;
pub(crate) use uploads::{FileHead, UploadWriter};
pub use value::Value;
