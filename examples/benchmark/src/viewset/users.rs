//! Users, once for each kind of connection.

use viewset_actix::prelude::*;

diesel::table! {
    users (id) {
        id -> Integer,
        username -> Text,
        email -> Text,
        first_name -> Text,
        is_active -> Bool,
        date_joined -> Timestamp,
    }
}

/// A new password.
#[derive(Serializer)]
pub(crate) struct PasswordSerializer {
    #[field(min_length = 8)]
    password: String,
}

#[derive(serde::Serialize)]
struct Status {
    status: &'static str,
}

/// The model and its viewset, as an application has them once: it names no connection if it has one database.
macro_rules! users_on {
    ($database:ident, $connection:ty) => {
        pub(crate) mod $database {
            use super::*;

            #[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
            #[diesel(table_name = users)]
            #[viewset(ordering = [id], connection = $connection)]
            pub(crate) struct User {
                id: i32,
                #[field(max_length = 150, unique)]
                username: String,
                #[field(email, max_length = 254)]
                email: String,
                #[field(max_length = 150, allow_blank, default = "")]
                first_name: String,
                #[field(default = true)]
                is_active: bool,
                #[field(read_only, default = Utc::now().naive_utc())]
                date_joined: NaiveDateTime,
            }

            pub(crate) struct UserViewSet;

            #[viewset(model = User, pagination_class = PageNumberPagination::of(20))]
            impl UserViewSet {
                #[action(detail = true, methods = ["post"])]
                async fn set_password(&self, _new: Validated<PasswordSerializer>) -> Data<Status> {
                    Data(Status { status: "password set" })
                }
            }
        }
    };
}

users_on!(sqlite, SqliteConn);
users_on!(postgres, PgConn);
users_on!(mysql, MysqlConn);
