using Grpc.Core;
using Qudao.Platform;
using Qudao.Training.Bookings;
using Qudao.Training.V1;

namespace Qudao.Training.Rooms;

/// <summary>Rooms 培训教室.</summary>
public sealed class RoomService(Db db, Lookups lookups) : V1.RoomService.RoomServiceBase
{
    public static readonly IReadOnlyList<string> Changeable = ["display_name", "address", "capacity", "equipment", "closed"];

    private const string Collection = "rooms";

    public override async Task<Room> CreateRoom(CreateRoomRequest request, ServerCallContext context)
    {
        var organisation = await lookups.OrganisationAsync(request.Room.Organisation, context.Caller(), "room.organisation");
        return await db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = new RoomRow
            {
                Id = tx.NewId(),
                Version = 1,
                OrganisationId = organisation.Id,
                ScopePath = await Places.NowAsync(tx, organisation.ScopePath),
                CreatedUs = tx.NowMicros,
                UpdatedUs = tx.NowMicros,
            };
            await FillAsync(tx, row, request.Room);
            await RoomStore.InsertAsync(tx, row);
            await AuditAsync(tx, context.Caller(), "room.create", row);
            return ToMessage(row);
        });
    }

    public override Task<Room> GetRoom(GetRoomRequest request, ServerCallContext context) =>
        db.ReadAsync(async s => ToMessage(await FindAsync(s, request.Name, context.Caller())));

    public override async Task<ListRoomsResponse> ListRooms(ListRoomsRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        var rows = await db.ReadAsync(s => RoomStore.ListAsync(s, page, caller.Scope));
        var reply = new ListRoomsResponse { NextPageToken = page.Cut(rows, row => row.Id) };
        reply.Rooms.Add(rows.Select(ToMessage));
        return reply;
    }

    public override Task<Room> UpdateRoom(UpdateRoomRequest request, ServerCallContext context) =>
        db.WriteAsync(async tx =>
        {
            var row = await FindAsync(tx, request.Room.Name, context.Caller());
            Etag.Check(request.Room.Etag, row.Version, request.Room.Name);
            await FillAsync(tx, row, Updates.Merge(ToMessage(row), request.Room, request.UpdateMask, Changeable));
            // Whoever books the room at this moment sees it closed, or is seen.
            await Booking.LockAsync(tx, $"room/{row.Id}");
            if (row.Closed && await Booking.IsBookedAheadAsync(tx, $"room/{row.Id}"))
                throw Errors.Precondition("ROOM_BOOKED", $"教室“{row.Name}”还有未结束的安排，请先改期。", $"The room {row.Name} is booked ahead; move that first.");
            await RoomStore.UpdateAsync(tx, row);
            await AuditAsync(tx, context.Caller(), "room.update", row);
            return ToMessage(row);
        }, context.CancellationToken);

    private static async Task FillAsync(Tx tx, RoomRow row, Room asked)
    {
        (row.Name, row.Address, row.Capacity, row.Equipment, row.Closed) = (asked.DisplayName.Trim(), asked.Address, asked.Capacity, asked.Equipment, asked.Closed);
        if (await RoomStore.NameExistsAsync(tx, row))
            throw Errors.Conflict("ROOM_EXISTS", $"教室“{row.Name}”已存在。", $"There is a room named {row.Name}.");
    }

    private static Task AuditAsync(Tx tx, Caller caller, string action, RoomRow row) =>
        tx.AuditAsync(caller, action, $"{Collection}/{row.Id}", row.ScopePath, null, new { row.Name, row.Capacity, row.Closed });

    private static async Task<RoomRow> FindAsync(Session s, string name, Caller caller) =>
        await RoomStore.GetAsync(s, Ids.Of(name, Collection), caller.Scope) ?? throw Errors.NotFound(name);

    private static Room ToMessage(RoomRow row) => new()
    {
        Name = $"{Collection}/{row.Id}",
        DisplayName = row.Name,
        Organisation = $"organisations/{row.OrganisationId}",
        Address = row.Address,
        Capacity = row.Capacity,
        Equipment = row.Equipment,
        Closed = row.Closed,
        Etag = Etag.Of(row.Version),
    };
}
