//! Many rows at once, all or none: DRF refuses it (rows S16 and E19), and its users ask for it.

use std::borrow::Cow;
use std::collections::HashSet;

use http::StatusCode;

use super::{CreateModelMixin, DestroyModelMixin, UpdateModelMixin};
use crate::data::Value;
use crate::diesel::{Input, Model};
use crate::error::{Error, ErrorDetail, Result};
use crate::generics::get_object_or_404;
use crate::mixin;
use crate::request::Request;
use crate::response::Response;
use crate::serializers::{no_such_key, numbered, python_text};

/// Creates, changes and deletes lists of rows: `POST`, `PUT`, `PATCH` and `DELETE /users/bulk/`. Each list is one
/// transaction, of [1,000 items](Self::max_bulk_items) at most; what is wrong is told by the place of the item:
/// `{"1": {"name": ["This field is required."]}}`. The hooks of the single actions (`perform_create`, …) run for each item, and so do object permissions.
///
/// It stands beside the others: `mixins = [CreateModelMixin, UpdateModelMixin, DestroyModelMixin, BulkModelMixin]`.
#[mixin(crate = crate)]
pub trait BulkModelMixin: CreateModelMixin + UpdateModelMixin + DestroyModelMixin {
    /// How many items a list may have: nobody else writes while they are. Default: 1,000.
    fn max_bulk_items(&self) -> usize {
        1_000
    }

    /// Creates the rows of a list: 201 and the rows.
    #[action(detail = false, methods = ["post"], url_path = "bulk", url_name = "bulk")]
    async fn bulk_create(&self, req: &Request) -> Result<Response> {
        items(self, req).await?;
        let serializer = self.get_serializer(req);
        let created = self.atomic(req, async {
            let inputs = serializer.validate_many().await?;
            let mut created = Vec::with_capacity(inputs.len());
            for (place, input) in inputs.into_iter().enumerate() {
                created.push(self.perform_create(req, input).await.map_err(at(place))?);
            }
            Ok(created)
        });
        let data = serializer.data_many(&created.await?).await?;
        Response::raw(req, StatusCode::CREATED, data)
    }

    /// Replaces the rows of a list, each found by its primary key.
    #[mapping(bulk_create.put)]
    async fn bulk_update(&self, req: &Request) -> Result<Response> {
        change(self, req, false).await
    }

    /// Changes the rows of a list by the fields that were sent, each found by its primary key.
    #[mapping(bulk_create.patch)]
    async fn bulk_partial_update(&self, req: &Request) -> Result<Response> {
        change(self, req, true).await
    }

    /// Deletes the rows with the primary keys in a list: 204.
    #[mapping(bulk_create.delete)]
    async fn bulk_destroy(&self, req: &Request) -> Result<Response> {
        let keys = items(self, req).await?;
        self.atomic(req, async {
            for (place, key) in keys.iter().enumerate() {
                let instance = find(self, req, key).await.map_err(at(place))?;
                self.perform_destroy(req, instance).await.map_err(at(place))?;
            }
            Ok(())
        })
        .await?;
        Ok(Response::empty(StatusCode::NO_CONTENT))
    }
}

async fn change<V: BulkModelMixin>(view: &V, req: &Request, partial: bool) -> Result<Response> {
    let data = items(view, req).await?;
    let serializer = view.get_serializer(req);
    let changed = view.atomic(req, async {
        // All items are judged before the first is stored, and all mistakes told.
        let (mut changes, mut errors) = (Vec::with_capacity(data.len()), Vec::new());
        let mut seen = HashSet::new();
        for (place, item) in data.iter().enumerate() {
            match read(view, req, item, partial).await.map_err(Error::into_validation) {
                Ok((instance, _)) if !seen.insert(instance.key()) => {
                    let name = const { &V::Model::KEY.field }.name;
                    let error = ErrorDetail::field(name, "This field must be unique.", "unique");
                    errors.push((place.to_string().into(), error));
                }
                Ok(change) => changes.push((place, change)),
                Err(error) => errors.push((place.to_string().into(), error?)),
            }
        }
        if !errors.is_empty() {
            return Err(ErrorDetail::Map(errors).into());
        }
        let mut changed = Vec::with_capacity(changes.len());
        for (place, (instance, input)) in changes {
            changed.push(view.perform_update(req, instance, input).await.map_err(at(place))?);
        }
        Ok(changed)
    });
    let data = serializer.data_many(&changed.await?).await?;
    Response::raw(req, StatusCode::OK, data)
}

/// An object and its new values.
async fn read<V: BulkModelMixin>(
    view: &V,
    req: &Request,
    item: &Value,
    partial: bool,
) -> Result<(V::Model, Input<V::Model>)> {
    let name = const { &V::Model::KEY.field }.name;
    let Some(key) = item.get(name) else {
        return Err(ErrorDetail::field(name, "This field is required.", "required").into());
    };
    let instance = find(view, req, key).await?;
    let serializer = view.get_serializer(req).instance(&instance).partial(partial);
    let input = serializer.validate_data(item).await?;
    Ok((instance, input))
}

/// The object with a key, if the client may have it.
async fn find<V: BulkModelMixin>(view: &V, req: &Request, key: &Value) -> Result<V::Model> {
    let text = python_text(key);
    let query = view.filter_queryset(req, view.get_queryset(req)?).await?;
    let found = get_object_or_404::<V::Model>(req, query, "pk", &text).await;
    let instance = found.map_err(|error| match error.status() {
        StatusCode::NOT_FOUND => {
            let name = const { &V::Model::KEY.field }.name;
            ErrorDetail::Map(vec![(name.into(), no_such_key(&text))]).into()
        }
        _ => error,
    })?;
    view.check_object_permissions(req, &instance).await?;
    Ok(instance)
}

/// The items of the body, so many at most.
async fn items<'r, V: BulkModelMixin>(view: &V, req: &'r Request) -> Result<Cow<'r, [Value]>> {
    let items = match req.data().await? {
        Value::List(items) => Ok(Cow::Borrowed(items.as_slice())),
        Value::Form(form) => Ok(Cow::Owned(numbered(form, ""))),
        other => Err(other),
    };
    let most = view.max_bulk_items();
    let message = match items {
        Ok(items) if items.len() <= most => return Ok(items),
        Ok(_) => {
            let text = format!("Ensure this field has no more than {most} elements.");
            ErrorDetail::field("non_field_errors", text, "max_length")
        }
        Err(Value::Null) => ErrorDetail::field("non_field_errors", "No data provided", "null"),
        Err(other) => {
            let name = other.type_name();
            let text = format!("Expected a list of items but got type \"{name}\".");
            ErrorDetail::field("non_field_errors", text, "not_a_list")
        }
    };
    Err(message.into())
}

/// A mistake of an item, by its place; any other error stays what it is.
fn at(place: usize) -> impl Fn(Error) -> Error {
    move |error| match error.into_validation() {
        Ok(detail) => ErrorDetail::Map(vec![(place.to_string().into(), detail)]).into(),
        Err(error) => error,
    }
}
