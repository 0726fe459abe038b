-- Devices that replaced others 换新, and since when they are covered.
ALTER TABLE tickets ADD replacement_serials NVARCHAR(4000) COLLATE Latin1_General_BIN2 NOT NULL DEFAULT '';
ALTER TABLE tickets ADD warranty_serial NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL DEFAULT '';
ALTER TABLE ticket_devices ADD replaced_on DATE NULL;
