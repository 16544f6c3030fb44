//! A whole API in thirty lines: users in pages of 20 with a search, the six standard actions, and one more with a
//! permission of its own. The quickstart shows who signs in, and how.

use viewset_actix::prelude::*;

diesel::table! { users (id) { id -> Integer, username -> Text, password -> Text, } }

#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = users)]
pub struct User {
    id: i32,
    username: String,
    #[field(write_only, min_length = 8)]
    password: String,
}

#[derive(Serializer)]
struct Password {
    password: String,
}

pub struct UserViewSet;

#[viewset(model = User, pagination_class = PageNumberPagination::of(20), search_fields = [username], ordering = [id])]
impl UserViewSet {
    #[action(detail = true, methods = ["post"], permission_classes = [IsAdminUser])]
    async fn set_password(&self, req: &Request, new: Validated<Password>) -> Result<StatusCode> {
        let password = Some(make_password(&new.password).await?);
        let input = Input::<User> { password, ..Default::default() };
        self.get_object(req).await?.save(req, input).await.map(|_| StatusCode::NO_CONTENT)
    }
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let db = Db::connect("sqlite://survey.db").await?;
    db.batch_execute("CREATE TABLE IF NOT EXISTS users (id INTEGER PRIMARY KEY, username TEXT NOT NULL UNIQUE, password TEXT NOT NULL)").await?;
    Ok(DefaultRouter::new().register("users", UserViewSet).with(db).serve("127.0.0.1:8000").await?)
}
