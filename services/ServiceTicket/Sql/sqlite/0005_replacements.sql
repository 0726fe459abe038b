-- Devices that replaced others 换新, and since when they are covered.
ALTER TABLE tickets ADD COLUMN replacement_serials TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN warranty_serial TEXT NOT NULL DEFAULT '';
ALTER TABLE ticket_devices ADD COLUMN replaced_on TEXT NULL;
